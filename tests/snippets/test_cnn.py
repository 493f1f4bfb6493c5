"""What the CNN pages teach, against oracles that do not use the layer under test."""

import importlib.util
import sys
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

SNIPPETS = Path(__file__).resolve().parents[2] / "snippets" / "cnn"
DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]
EXACT = {"rtol": 1e-9, "atol": 1e-9}


def load(name, monkeypatch, tmp_path):
    """Run one snippet as a module, in an empty folder, its siblings importable."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "svg")
    monkeypatch.syspath_prepend(str(SNIPPETS))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    spec = importlib.util.spec_from_file_location(f"cnn_{name}", SNIPPETS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def snippet(monkeypatch, tmp_path):
    yield lambda name: load(name, monkeypatch, tmp_path)
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.fixture
def simple_cnn(snippet):
    return snippet("simple_cnn").SimpleCNN


@pytest.fixture(params=DEVICES)
def device(request):
    return request.param


def random(*shape, device="cpu", seed=0):
    generator = torch.Generator().manual_seed(seed)
    values = torch.randn(*shape, generator=generator, dtype=torch.float64)
    return values.to(device).requires_grad_()


def assert_same(actual, expected, inputs):
    """Equal values, and equal gradients with respect to every input."""
    torch.testing.assert_close(actual, expected, **EXACT)
    upstream = random(*actual.shape, device=actual.device, seed=99).detach()
    ours = torch.autograd.grad((actual * upstream).sum(), inputs, retain_graph=True)
    theirs = torch.autograd.grad((expected * upstream).sum(), inputs, retain_graph=True)
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one, other, **EXACT)


def conv_by_matrix(x, weight, bias, stride=1, padding=0, dilation=1):
    """Cross-correlation as one matrix product over the unfolded windows."""
    n, _, h, _ = x.shape
    kh, kw = weight.shape[2:]
    columns = F.unfold(x, (kh, kw), dilation=dilation, padding=padding, stride=stride)
    out = weight.flatten(1) @ columns + bias[:, None]
    height = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    return out.reshape(n, len(weight), height, -1)


def pool_by_reshape(x):
    n, c, h, w = x.shape
    return x.reshape(n, c, h // 2, 2, w // 2, 2).amax(dim=(3, 5))


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("padding", [0, 1, 2])
@pytest.mark.parametrize("dilation", [1, 2])
@pytest.mark.parametrize("kernel", [1, 2, 3, 5])
def test_convolution_is_a_matrix_product(device, kernel, stride, padding, dilation):
    x = random(2, 3, 11, 13, device=device)
    weight = random(4, 3, kernel, kernel, device=device, seed=1)
    bias = random(4, device=device, seed=2)
    setting = {"stride": stride, "padding": padding, "dilation": dilation}
    actual = F.conv2d(x, weight, bias, **setting)
    assert_same(actual, conv_by_matrix(x, weight, bias, **setting), [x, weight, bias])


def test_true_convolution_is_something_else(device):
    x, weight = random(1, 1, 6, 6, device=device), random(1, 1, 3, 3, device=device, seed=1)
    assert not torch.allclose(F.conv2d(x, weight), F.conv2d(x, weight.flip(-1, -2)))


def test_max_pooling_is_reshape_and_max(device):
    x = random(2, 3, 8, 10, device=device)
    assert_same(nn.MaxPool2d(2)(x), pool_by_reshape(x), [x])


def test_average_pooling_is_reshape_and_mean(device):
    x = random(2, 3, 8, 10, device=device)
    blocks = x.reshape(2, 3, 4, 2, 5, 2)
    assert_same(nn.AvgPool2d(2)(x), blocks.mean(dim=(3, 5)), [x])
    assert_same(nn.AdaptiveAvgPool2d(1)(x), x.mean(dim=(2, 3), keepdim=True), [x])


def test_linear_is_a_matrix_product(device):
    x = random(5, 7, device=device)
    weight, bias = random(4, 7, device=device, seed=1), random(4, device=device, seed=2)
    assert_same(F.linear(x, weight, bias), x @ weight.T + bias, [x, weight, bias])


def reference(model):
    """The same weights in a network put together from oracles only."""
    weights = dict(model.named_parameters())

    def forward(x):
        for name in ("conv1", "conv2"):
            x = conv_by_matrix(x, weights[f"{name}.weight"], weights[f"{name}.bias"], padding=1)
            x = pool_by_reshape(x.clamp(min=0))
        x = x.reshape(len(x), -1)
        x = (x @ weights["fc1.weight"].T + weights["fc1.bias"]).clamp(min=0)
        return x @ weights["fc2.weight"].T + weights["fc2.bias"]

    return forward


@pytest.mark.parametrize("in_channels", [1, 3])
def test_simple_cnn_against_oracles(simple_cnn, device, in_channels):
    torch.manual_seed(0)
    model = simple_cnn(in_channels=in_channels).double().to(device)
    x = random(3, in_channels, 28, 28, device=device)
    assert_same(model(x), reference(model)(x), [x, *model.parameters()])


def test_simple_cnn_against_sequential(simple_cnn, device):
    torch.manual_seed(0)
    model = simple_cnn().double().to(device)
    sequential = nn.Sequential(
        nn.Conv2d(3, 32, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(3136, 128),
        nn.ReLU(),
        nn.Linear(128, 10),
    )
    sequential = sequential.double().to(device)
    with torch.no_grad():
        for ours, theirs in zip(model.parameters(), sequential.parameters(), strict=True):
            theirs.copy_(ours)
    x = random(4, 3, 28, 28, device=device)
    actual, expected = model(x), sequential(x)
    torch.testing.assert_close(actual, expected, **EXACT)
    actual.square().sum().backward()
    expected.square().sum().backward()
    for ours, theirs in zip(model.parameters(), sequential.parameters(), strict=True):
        torch.testing.assert_close(ours.grad, theirs.grad, **EXACT)


def test_a_wrong_weight_is_noticed(simple_cnn):
    """Control: the comparison above must fail for a network that differs in one weight."""
    torch.manual_seed(0)
    model = simple_cnn().double()
    x = random(2, 3, 28, 28)
    expected = reference(model)(x).detach()
    with torch.no_grad():
        model.conv2.weight[5, 7, 1, 1] += 0.5
    with pytest.raises(AssertionError):
        torch.testing.assert_close(model(x), expected, **EXACT)


def test_parameters_and_work(simple_cnn):
    from torch.utils.flop_counter import FlopCounterMode

    model = simple_cnn()
    assert sum(p.numel() for p in model.parameters()) == 422_218
    with FlopCounterMode(display=False) as counter:
        model(torch.zeros(1, 3, 28, 28))
    assert counter.get_total_flops() == 2 * 4_692_736


@pytest.mark.parametrize(
    "shape", [(2, 3, 56, 56), (2, 1, 28, 28), (3, 28, 28), (2, 28, 28, 3), (2, 3, 28, 29)]
)
def test_other_input_shapes_fail_clearly(simple_cnn, shape):
    with pytest.raises(ValueError) as error:
        simple_cnn()(torch.zeros(shape))
    assert str(error.value) == f"expected input (N, 3, 28, 28), got {shape}"


def test_in_channels_and_classes(simple_cnn):
    assert simple_cnn(1, 7)(torch.zeros(2, 1, 28, 28)).shape == (2, 7)
    with pytest.raises(ValueError, match=r"expected input \(N, 1, 28, 28\)"):
        simple_cnn(1)(torch.zeros(2, 3, 28, 28))


def test_empty_batch(simple_cnn):
    assert simple_cnn()(torch.zeros(0, 3, 28, 28)).shape == (0, 10)


def test_meta_device(simple_cnn):
    model = simple_cnn().to("meta")
    out = model(torch.empty(512, 3, 28, 28, device="meta"))
    assert out.shape == (512, 10)
    assert out.device.type == "meta"


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
def test_dtype_and_device_follow_the_model(simple_cnn, device, dtype):
    model = simple_cnn().to(device, dtype)
    out = model(torch.rand(2, 3, 28, 28).to(device, dtype))
    assert out.dtype == dtype
    assert out.device.type == device


def test_images_do_not_influence_each_other(simple_cnn):
    torch.manual_seed(0)
    model = simple_cnn().double()
    x = random(4, 3, 28, 28)
    together = model(x)
    for i in range(4):
        torch.testing.assert_close(model(x[i : i + 1])[0], together[i], **EXACT)


def test_view_folds_a_batch_that_labels_would_catch():
    """The page says: training notices the wrong batch, use does not."""
    answers = nn.Linear(3136, 10)(torch.zeros(2, 64, 14, 14).view(-1, 3136))
    assert answers.shape == (8, 10)
    with pytest.raises(ValueError, match="batch_size"):
        F.cross_entropy(answers, torch.tensor([0, 1]))


def test_sliding_window_of_the_page(snippet):
    page = snippet("by_hand")
    x, kernel = page.x.double(), page.kernel.double()
    expected = conv_by_matrix(x[None, None], kernel[None, None], torch.zeros(1).double())
    torch.testing.assert_close(page.out.double(), expected[0, 0], **EXACT)


def test_output_size_of_the_page(snippet):
    output_size = snippet("output_size").output_size
    for size in range(9, 30):
        windows = torch.arange(size + 2).unfold(0, 5, 3)  # padding 1, kernel 3 dilated by 2
        assert output_size(size, kernel=3, stride=3, padding=1, dilation=2) == len(windows)


def test_receptive_field_of_the_page(snippet):
    page = snippet("receptive_field")
    assert (page.reach, page.jump) == (10, 4)
    inside = page.influence[9:19, 9:19]
    assert (inside > 0).all()
    assert torch.isclose(inside.sum(), page.influence.sum())


@pytest.fixture
def batch_norm(snippet):
    return snippet("batch_norm").BatchNorm2d


@pytest.fixture
def residual_block(snippet):
    return snippet("residual_block").ResidualBlock


def normalised_by_hand(x, weight, bias, eps=1e-5):
    """Batch normalization channel by channel, from the definition."""
    channels = []
    for k, channel in enumerate(x.unbind(dim=1)):
        off = channel - channel.sum() / channel.numel()
        variance = (off * off).sum() / channel.numel()
        channels.append(off / (variance + eps) ** 0.5 * weight[k] + bias[k])
    return torch.stack(channels, dim=1)


def both_norms(batch_norm, channels, device):
    """Ours and torch's, with the same weights, far from 1 and 0."""
    ours = batch_norm(channels).double().to(device)
    theirs = nn.BatchNorm2d(channels, device=device, dtype=torch.float64)
    with torch.no_grad():
        for k, name in enumerate(("weight", "bias")):
            values = random(channels, device=device, seed=50 + k)
            getattr(ours, name).copy_(values)
            getattr(theirs, name).copy_(values)
    return ours, theirs


NORM_SHAPES = [(4, 3, 5, 7), (1, 2, 4, 4), (8, 1, 1, 1), (2, 5, 1, 3)]


@pytest.mark.parametrize("shape", NORM_SHAPES)
@pytest.mark.parametrize("training", [True, False])
def test_batch_norm_against_torch(batch_norm, device, shape, training):
    ours, theirs = both_norms(batch_norm, shape[1], device)
    for seed in range(3):  # the running statistics get somewhere first
        x = random(*shape, device=device, seed=seed).detach() * 3 + 2
        torch.testing.assert_close(ours(x), theirs(x), **EXACT)
    ours.train(training)
    theirs.train(training)
    x = random(*shape, device=device, seed=9)
    actual, expected = ours(x), theirs(x)
    torch.testing.assert_close(actual, expected, **EXACT)
    upstream = random(*shape, device=device, seed=10).detach()
    mine = torch.autograd.grad((actual * upstream).sum(), [x, ours.weight, ours.bias])
    other = torch.autograd.grad((expected * upstream).sum(), [x, theirs.weight, theirs.bias])
    for one, two in zip(mine, other, strict=True):
        torch.testing.assert_close(one, two, **EXACT)
    torch.testing.assert_close(ours.running_mean, theirs.running_mean, **EXACT)
    torch.testing.assert_close(ours.running_var, theirs.running_var, **EXACT)


def test_batch_norm_against_its_definition(batch_norm, device):
    ours, _ = both_norms(batch_norm, 3, device)
    x = random(4, 3, 5, 7, device=device)
    expected = normalised_by_hand(x, ours.weight, ours.bias)
    assert_same(ours(x), expected, [x, ours.weight, ours.bias])


def test_a_wrong_running_variance_is_noticed(batch_norm):
    """Control: with the variance that normalizes in its place, torch's running one differs."""
    _, theirs = both_norms(batch_norm, 3, "cpu")
    x = random(2, 3, 2, 2).detach()
    theirs(x)
    biased = torch.ones(3).double().lerp(x.var(dim=(0, 2, 3), correction=0), 0.1)
    with pytest.raises(AssertionError):
        torch.testing.assert_close(biased, theirs.running_var, **EXACT)


def test_batch_norm_in_eval_leaves_its_statistics_alone(batch_norm):
    ours, _ = both_norms(batch_norm, 3, "cpu")
    ours.eval()
    ours(random(4, 3, 5, 7))
    assert torch.equal(ours.running_mean, torch.zeros(3, dtype=torch.float64))
    assert torch.equal(ours.running_var, torch.ones(3, dtype=torch.float64))


def test_torch_loads_the_state_of_our_batch_norm(batch_norm):
    ours, theirs = both_norms(batch_norm, 3, "cpu")
    ours(random(4, 3, 5, 7).detach())
    theirs.load_state_dict(ours.state_dict())
    x = random(2, 3, 5, 7, seed=1)
    torch.testing.assert_close(ours.eval()(x), theirs.eval()(x), **EXACT)


@pytest.mark.parametrize(
    ("channels", "stride"), [((4, 4), 1), ((4, 6), 1), ((4, 4), 2), ((3, 5), 2)]
)
def test_residual_block_against_oracles(residual_block, device, channels, stride):
    torch.manual_seed(0)
    block = residual_block(*channels, stride=stride).double().to(device)
    x = random(3, channels[0], 8, 10, device=device)
    zeros = torch.zeros(channels[1], dtype=torch.float64, device=device)

    def norm(x, layer):
        return normalised_by_hand(x, layer.weight, layer.bias)

    out = conv_by_matrix(x, block.conv1.weight, zeros, stride=stride, padding=1)
    out = norm(out, block.bn1).clamp(min=0)
    out = norm(conv_by_matrix(out, block.conv2.weight, zeros, padding=1), block.bn2)
    if stride == 1 and channels[0] == channels[1]:
        assert isinstance(block.shortcut, nn.Identity)
        past = x
    else:
        conv, layer = block.shortcut
        past = norm(conv_by_matrix(x, conv.weight, zeros, stride=stride), layer)
    expected = (out + past).clamp(min=0)
    assert_same(block(x), expected, [x, *block.parameters()])


@pytest.fixture
def image_dataset(snippet):
    return snippet("image_dataset")


def test_a_random_crop_is_one_of_nine_shifts(image_dataset):
    image = torch.arange(1.0, 13.0).reshape(1, 3, 4)
    padded = F.pad(image, (1, 1, 1, 1))
    shifts = [padded[..., i : i + 3, j : j + 4] for i in range(3) for j in range(3)]
    seen = set()
    torch.manual_seed(0)
    for _ in range(200):
        crop = image_dataset.random_crop(image)
        (which,) = [k for k, shift in enumerate(shifts) if torch.equal(crop, shift)]
        seen.add(which)
    assert len(seen) == 9


def test_a_random_flip_mirrors_about_half(image_dataset):
    image = torch.arange(12.0).reshape(1, 3, 4)
    torch.manual_seed(0)
    flips = [image_dataset.random_flip(image) for _ in range(200)]
    mirrored = sum(torch.equal(flip, image.flip(-1)) for flip in flips)
    assert mirrored + sum(torch.equal(flip, image) for flip in flips) == 200
    assert 70 < mirrored < 130


def test_a_dataset_hands_out_what_it_was_given(image_dataset):
    images, labels = torch.rand(5, 1, 3, 4), torch.arange(5)
    plain = image_dataset.Images(images, labels)
    negative = image_dataset.Images(images, labels, augment=torch.neg)
    assert len(plain) == len(negative) == 5
    for k in range(5):
        assert torch.equal(plain[k][0], images[k]) and plain[k][1] == k
        assert torch.equal(negative[k][0], -images[k]) and negative[k][1] == k


@pytest.fixture
def folders(tmp_path):
    """Files of two classes, one of them wider than high, and something that is no image."""
    for name, mode, size, color in (
        ("b/1.png", "L", (6, 6), 51),
        ("a/2.PNG", "RGB", (12, 6), (255, 0, 102)),
        ("a/10.png", "RGBA", (6, 6), (0, 153, 204, 255)),
    ):
        path = tmp_path / "pictures" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new(mode, size, color).save(path)
    (tmp_path / "pictures" / "a" / "notes.txt").write_text("not an image")
    return tmp_path / "pictures"


def test_image_files_are_read_by_folder(folders, snippet):
    dataset = snippet("image_files").ImageFiles(folders, side=6)
    assert dataset.classes == ["a", "b"]
    assert [file.name for file in dataset.files] == ["10.png", "2.PNG", "1.png"]
    for (x, label), color, expected in zip(
        dataset, [(0, 153, 204), (255, 0, 102), (51, 51, 51)], [0, 0, 1], strict=True
    ):
        assert label == expected and x.shape == (3, 6, 6)
        plain = torch.tensor(color)[:, None, None].expand(3, 6, 6) / 255
        torch.testing.assert_close(x, plain)
