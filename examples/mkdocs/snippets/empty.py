# /// script
# requires-python = ">=3.11"
# dependencies = []
#
# [tool.neverstale]
# raises = "StatisticsError"
# ///
from statistics import mean

mean([])
