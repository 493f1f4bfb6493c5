# /// script
# requires-python = ">=3.11"
# dependencies = []
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.words.zh]
# "4 bit" = " 4 位"
# "tokens/s at most" = "token/s，至多"
# ///
# --8<-- [start:decode]
parameters = 8_190_735_360  # Qwen3-8B

print("GB/s   BF16  4 bit")
for bandwidth in (273, 1008, 1792, 3350, 8000):
    bf16 = bandwidth * 1e9 / (parameters * 2)
    four = bandwidth * 1e9 / (parameters * 0.5)
    print(f"{bandwidth:>4}  {bf16:>5.0f}  {four:>5.0f}  tokens/s at most")
# --8<-- [end:decode]
