# /// script
# dependencies = []
# ///
# --8<-- [start:mean]
# en: the mean of five numbers
# zh: 五个数的平均值
numbers = [0, 1, 2, 3, 4]
print(sum(numbers) / len(numbers))
# --8<-- [end:mean]
# --8<-- [start:loop]
for n in numbers:
    print(n**2)
# --8<-- [end:loop]
