# /// script
# requires-python = ">=3.11"
# dependencies = []
#
# [tool.neverstale]
# files = ["temperatures.csv"]
# ///
# --8<-- [start:read]
import csv
from statistics import mean

with open("temperatures.csv", newline="", encoding="utf-8") as file:
    degrees = [float(row["degrees"]) for row in csv.DictReader(file)]
# --8<-- [end:read]
# --8<-- [start:mean]
print(f"{len(degrees)} days, {mean(degrees):.1f} degrees on average")
# --8<-- [end:mean]
