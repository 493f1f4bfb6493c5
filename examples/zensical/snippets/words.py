# /// script
# requires-python = ">=3.11"
# dependencies = []
#
# [tool.neverstale]
# environment = { GREETING = "good morning" }
# ///
import os

print(os.environ["GREETING"].title())
