# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "matplotlib"]
#
# [tool.neverstale]
# devices = ["cpu"]
#
# [tool.neverstale.labels.zh]
# "probability" = "概率"
# "class" = "类别"
#
# [tool.neverstale.words.zh]
# "logits       " = "logits"
# "probabilities" = "概率  "
# "cross entropy" = "交叉熵"
# "logits given:" = "给 logits："
# "probabilities given:" = "给概率："
# ///
# --8<-- [start:softmax]
import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F

logits = torch.tensor([[2.0, 0.5, -1.0, 4.0, 0.0]])  # (N, classes) = (1, 5)
probabilities = logits.softmax(dim=-1)  # (1, 5)
by_hand = logits.exp() / logits.exp().sum(dim=-1, keepdim=True)
torch.testing.assert_close(probabilities, by_hand)

print("logits       ", [f"{v:.3f}" for v in logits[0]])
print("probabilities", [f"{v:.3f}" for v in probabilities[0]])
# zh: 每个 logit 都加 100，概率不变
# en: add 100 to every logit: the probabilities stay the same
torch.testing.assert_close((logits + 100).softmax(dim=-1), probabilities)
# --8<-- [end:softmax]
# --8<-- [start:draw]
fig, (left, right) = plt.subplots(1, 2, figsize=(4.8, 2.2))
left.bar(range(5), logits[0].numpy(), color="C0")
left.axhline(0, color="C0", linewidth=0.8)
left.set(title="logit", xlabel="class")
right.bar(range(5), probabilities[0].numpy(), color="C1")
right.set(title="probability", xlabel="class", ylim=(0, 1))
fig.savefig("logits.svg")
# --8<-- [end:draw]
# --8<-- [start:loss]
# zh: 正确的类别是 3
# en: the right class is 3
target = torch.tensor([3])  # (N,)
loss = F.cross_entropy(logits, target)
torch.testing.assert_close(loss, -probabilities[0, 3].log())
print(f"cross entropy {loss:.3f} = -log({probabilities[0, 3]:.3f})")
# --8<-- [end:loss]
# --8<-- [start:twice]
# zh: 网络十分肯定，而且答对了；第二个损失算了两次 softmax
# en: certain, and right; the second loss applies softmax twice
certain = torch.tensor([[0.0, 0, 0, 50, 0]])  # (1, 5)
right = F.cross_entropy(certain, target)
wrong = F.cross_entropy(certain.softmax(dim=-1), target)
print(f"logits given: {right:.3f}   probabilities given: {wrong:.3f}")
# --8<-- [end:twice]
