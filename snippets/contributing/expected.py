# /// script
# requires-python = ">=3.11"
# dependencies = []
#
# [tool.neverstale]
# devices = ["cpu"]
# argv = ["3", "2.5"]
# raises = "ValueError"
# ///
# --8<-- [start:expected]
import sys

for word in sys.argv[1:]:
    # zh: int 不接受带小数点的写法
    # en: int takes no decimal point
    print(int(word))
# --8<-- [end:expected]
