# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "matplotlib"]
#
# [tool.neverstale]
# devices = ["cpu"]
# tolerance = 0.4
# timeout = 180
#
# [tool.neverstale.labels.zh]
# "read" = "读入"
# "written" = "写出"
#
# [tool.neverstale.words.zh]
# "source" = "读入"
# "target" = "写出"
# "step" = "第"
# ": characters" = " 步：字符"
# "forced, " = "有提示，"
# "alone, whole dates" = "无提示，整个日期"
# "without attention" = "不加注意力"
# "with attention" = "加注意力"
# "writing" = "写"
# "weight on" = "权重落在"
# "masked:     weight on padding" = "用 mask：   权重落在填充上"
# "not masked: weight on padding" = "不用 mask： 权重落在填充上"
# "as trained,      most right:" = "像训练时那样，多数对："
# "month first,     most right:" = "月份在前，    多数对："
# "200 years later, most right:" = "200 年以后，  多数对："
# ///
# --8<-- [start:data]
import datetime

import torch
import torch.nn.functional as F
from seq2seq import START, Decoder, Encoder, decode, encode, pair

torch.set_num_threads(1)
torch.manual_seed(0)
first = datetime.date(1900, 1, 1)
after = torch.randperm(73049)[:8000].tolist()
days = [first + datetime.timedelta(days=k) for k in after]
written = [pair(day)[0] for day in days]
source, lengths = encode(written)  # (8000, S), (8000,)
target, _ = encode([pair(day)[1] for day in days])  # (8000, 10)
train, held_out = slice(0, 7000), slice(7000, 8000)
print(*pair(days[0]), sep=" -> ")
print("source", tuple(source.shape), "target", tuple(target.shape))
# --8<-- [end:data]
# --8<-- [start:translate]


def translate(encoder, decoder, source, lengths, answers=None):
    states, h = encoder(source, lengths)  # (B, S, H), (B, H)
    mask = torch.arange(states.shape[1]) < lengths[:, None]  # (B, S)
    context, previous = h, torch.full((len(source),), START)
    logits, weights = [], []
    for step in range(10):
        scores, h, context, weight = decoder(
            previous, h, context, states, mask
        )
        logits.append(scores)
        weights.append(weight)
        # zh: 训练时给出正确的上一个字符，使用时只有自己写的
        # en: in training the previous character is the right one,
        # en: in use it is the one that the network wrote
        own = answers is None
        previous = scores.argmax(dim=1) if own else answers[:, step]
    return torch.stack(logits, dim=1), weights  # (B, 10, V), 10 × (B, S)


# --8<-- [end:translate]
# --8<-- [start:train]
@torch.no_grad()
def score(encoder, decoder):
    some, answers = (source[held_out], lengths[held_out]), target[held_out]
    forced, _ = translate(encoder, decoder, *some, answers)
    alone, _ = translate(encoder, decoder, *some)
    given = (forced.argmax(dim=2) == answers).float().mean().item()
    right = alone.argmax(dim=2) == answers  # (1000, 10)
    own = right.float().mean().item()
    dates = right.all(dim=1).float().mean().item()
    return given, own, dates


def fit(attention, steps=140):
    torch.manual_seed(0)
    encoder, decoder = Encoder(64), Decoder(64, attention)
    parameters = [*encoder.parameters(), *decoder.parameters()]
    optimizer = torch.optim.Adam(parameters, lr=0.01)
    for step in range(1, steps + 1):
        batch = torch.randint(7000, (64,))
        answers = target[batch]
        logits, _ = translate(
            encoder, decoder, source[batch], lengths[batch], answers
        )
        loss = F.cross_entropy(logits.flatten(0, 1), answers.flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step in (70, 140):
            given, own, dates = score(encoder, decoder)
            print(f"step {step:>3}: characters {given:.2f} ", end="")
            print(f"forced, {own:.2f} alone, whole dates {dates:.2f}")
    return encoder.eval(), decoder.eval()


print("without attention")
fit(attention=False)
print("with attention")
encoder, decoder = fit(attention=True)
# --8<-- [end:train]
# --8<-- [start:use]


@torch.no_grad()
def write(text):
    logits, weights = translate(encoder, decoder, *encode([text]))
    return decode(logits.argmax(dim=2))[0], torch.cat(weights)  # (10, S)


text = "29 november 2026"
written, weights = write(text)
print(text, "->", written)
assert written == "2026-11-29"
# zh: 年、月、日：在写出的日期里，在读入的文字里
# en: year, month, day: in the date written, in the text read
for out, place in (
    (slice(0, 4), slice(12, 16)),
    (slice(5, 7), slice(3, 11)),
    (slice(8, 10), slice(0, 2)),
):
    share = weights[out, place].sum(dim=1).mean().item()
    print(f"writing {written[out]:<4}  ", end="")
    print(f"weight on {text[place]}: {share:.2f}")
# --8<-- [end:use]
# --8<-- [start:draw]
import matplotlib.pyplot as plt

fig, ax = plt.subplots(figsize=(4.8, 3.4))
ax.imshow(weights.numpy(), cmap="viridis", vmin=0, vmax=1)
ax.set_xticks(range(len(text)), text)
ax.set_yticks(range(10), written)
ax.set(xlabel="read", ylabel="written")
fig.savefig("attention.svg")
# --8<-- [end:draw]
# --8<-- [start:mask]
start = torch.full((1000,), START)
with torch.no_grad():
    states, h = encoder(source[held_out], lengths[held_out])
    states = F.pad(states, (0, 0, 0, 10))  # (B, S + 10, H)
    full = torch.arange(states.shape[1]) < lengths[held_out][:, None]
    _, _, _, weight = decoder(start, h, h, states, full)
    lost = weight[~full].sum() / len(weight)
    print(f"masked:     weight on padding {lost:.2f}")
    _, _, _, weight = decoder(start, h, h, states, torch.ones_like(full))
    lost = weight[~full].sum() / len(weight)
    print(f"not masked: weight on padding {lost:.2f}")


# --8<-- [end:mask]
# --8<-- [start:limits]
@torch.no_grad()
def share_right(texts, answers):
    logits, _ = translate(encoder, decoder, *encode(texts))
    written = decode(logits.argmax(dim=2))
    right = [
        one == answer for one, answer in zip(written, answers, strict=True)
    ]
    return sum(right) / len(right)


texts, answers = zip(*(pair(day) for day in days[7000:]), strict=True)
month_first = [
    " ".join([text.split()[k] for k in (1, 0, 2)]) for text in texts
]
print("as trained,      most right:", share_right(texts, answers) > 0.5)
print(
    "month first,     most right:", share_right(month_first, answers) > 0.5
)
century = [day.replace(year=day.year + 200, day=1) for day in days[7000:]]
texts, answers = zip(*(pair(day) for day in century), strict=True)
print("200 years later, most right:", share_right(texts, answers) > 0.5)
# --8<-- [end:limits]
