# /// script
# requires-python = ">=3.11"
# dependencies = ["torch"]
#
# [tool.neverstale]
# devices = ["cpu"]
# ///
# --8<-- [start:data]
import calendar

import torch
from torch import nn

# zh: 第 0 个用来填充，第 1 个表示开头
# en: number 0 is for padding, number 1 marks the start
characters = "_^ -0123456789abcdefghijklmnopqrstuvwxyz"
index = {character: number for number, character in enumerate(characters)}
PAD, START = 0, 1


def pair(day):
    month = calendar.month_name[day.month].lower()
    return f"{day.day} {month} {day.year}", day.isoformat()


def encode(texts):
    rows = [
        torch.tensor([index[character] for character in text])
        for text in texts
    ]
    lengths = torch.tensor([len(row) for row in rows])
    padded = nn.utils.rnn.pad_sequence(
        rows, batch_first=True, padding_value=PAD
    )
    return padded, lengths  # (B, S), (B,)


def decode(rows):
    return [
        "".join(characters[number] for number in row.tolist())
        for row in rows
    ]


# --8<-- [end:data]
# --8<-- [start:encoder]
class Encoder(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.embedding = nn.Embedding(len(characters), 32)
        self.gru = nn.GRU(
            32, hidden_size // 2, batch_first=True, bidirectional=True
        )

    def forward(self, source, lengths):  # (B, S), (B,)
        packed = nn.utils.rnn.pack_padded_sequence(
            self.embedding(source),
            lengths,
            batch_first=True,
            enforce_sorted=False,
        )
        states, last = self.gru(packed)
        states, _ = nn.utils.rnn.pad_packed_sequence(
            states, batch_first=True
        )
        last = torch.cat([last[0], last[1]], dim=1)
        return states, last  # (B, S, H), (B, H)


# --8<-- [end:encoder]
# --8<-- [start:attend]
def attend(h, states, mask):  # (B, H), (B, S, H), (B, S)
    scores = (states * h[:, None]).sum(dim=2)  # (B, S)
    scores = scores / h.shape[1] ** 0.5
    scores = scores.masked_fill(~mask, float("-inf"))
    weights = scores.softmax(dim=1)  # (B, S)
    context = (states * weights[:, :, None]).sum(dim=1)  # (B, H)
    return context, weights


# --8<-- [end:attend]
# --8<-- [start:decoder]
class Decoder(nn.Module):
    def __init__(self, hidden_size, attention=True):
        super().__init__()
        self.attention = attention
        self.embedding = nn.Embedding(len(characters), 32)
        self.cell = nn.GRUCell(32 + hidden_size, hidden_size)
        self.readout = nn.Linear(2 * hidden_size, len(characters))

    def forward(self, previous, h, context, states, mask):  # (B,), (B, H)
        read = torch.cat([self.embedding(previous), context], dim=1)
        h = self.cell(read, h)
        weights = None
        if self.attention:
            context, weights = attend(h, states, mask)  # (B, H), (B, S)
        logits = self.readout(torch.cat([h, context], dim=1))  # (B, V)
        return logits, h, context, weights


# --8<-- [end:decoder]
