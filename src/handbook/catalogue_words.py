"""The catalogue's vocabulary in the languages of the pages. Every word that is translated is here.

English is what the catalogue itself says; only where a page says it differently is it listed.
"""

from __future__ import annotations

# Term of a basis (gpuguide.catalogue.terms) → Chinese. A test demands that none is missing.
TERMS_ZH = {
    "per card": "每块卡",
    "per module": "每个模块",
    "per chip": "每颗芯片",
    "per GPU": "每个 GPU",
    "per system": "整机",
    "dense": "稠密",
    "sparsity not stated": "未说明是否稀疏",
    "FP32 accumulate": "FP32 累加",
    "FP16 accumulate": "FP16 累加",
    "INT32 accumulate": "INT32 累加",
    "accumulate not stated": "未说明累加精度",
    "half of the published sparse figure": "公布的稀疏值的一半",
    "published total divided by the number of GPUs": "公布的总值除以 GPU 数",
    "boost clock": "按加速频率",
    "vector": "向量单元",
    "matrix": "矩阵单元",
    "MX block format": "MX 块格式",
    "shared with the CPU": "与 CPU 共享",
    "largest configuration": "最大配置",
    "as the maker's API reports": "厂商接口报告的值",
    "TGP": "TGP（显卡总功耗）",
    "TBP": "TBP（整卡功耗）",
    "TDP": "TDP（热设计功耗）",
    "configurable maximum": "可配置的上限",
    "includes CPU and memory": "含 CPU 与内存",
    "NVLink": "NVLink",
    "NVLink bridge": "NVLink 桥接器",
    "Infinity Fabric": "Infinity Fabric",
    "Ethernet": "以太网",
    "inter-chip interconnect": "芯片间互连",
    "NeuronLink": "NeuronLink",
    "UnifiedBus": "灵衢（UnifiedBus）",
    "UALink": "UALink",
    "none": "无",
    "both directions": "双向合计",
    "direction not stated": "未说明单向还是双向",
    "x8": "x8",
    "x16": "x16",
    "list price at launch": "首发官方定价",
    "reference design": "参考设计",
    "whole system": "整机价",
}

# Product lines, forms, memory types, vendors and markets whose names differ in Chinese.
NAMES_ZH = {
    "data centre": "数据中心",
    "workstation": "工作站",
    "Ascend": "昇腾",
    "Huawei": "华为",
    "China": "中国",
    "PCIe card": "PCIe 卡",
    "system on a chip": "片上系统",
    "OAM module": "OAM 模块",
    "EAM module": "EAM 模块",
    "SXM2 module": "SXM2 模块",
    "SXM4 module": "SXM4 模块",
    "SXM5 module": "SXM5 模块",
    "SXM6 module": "SXM6 模块",
    "cloud chip": "云端芯片",
    "processor": "处理器",
    "desktop computer": "台式机",
    "Grace Hopper superchip": "Grace Hopper 超级芯片",
    "Grace Blackwell superchip": "Grace Blackwell 超级芯片",
    "unified memory": "统一内存",
    "Apple silicon": "Apple 芯片",
    "Ascend 950": "昇腾 950",
    "Da Vinci": "达芬奇",
}

# Field → its name. Rates stand under their data type.
FIELDS = {
    "en": {
        "name": "product",
        "vendor": "vendor",
        "line": "line",
        "architecture": "architecture",
        "form": "form",
        "memory_type": "memory type",
        "memory": "memory",
        "bus_width": "memory bus",
        "data_rate": "memory data rate",
        "bandwidth": "memory bandwidth",
        "power": "power",
        "interconnect": "GPU-to-GPU link",
        "pcie": "host interface",
        "price": "launch price",
        "release": "released",
        "compute_capability": "compute capability",
        "fp32": "FP32",
        "tf32": "TF32",
        "bf16": "BF16",
        "fp16": "FP16",
        "fp16_acc16": "FP16, FP16 accumulate",
        "fp8": "FP8",
        "fp8_acc16": "FP8, FP16 accumulate",
        "fp4": "FP4",
        "int8": "INT8",
    },
    "zh": {
        "name": "产品",
        "vendor": "厂商",
        "line": "产品线",
        "architecture": "架构",
        "form": "形态",
        "memory_type": "显存类型",
        "memory": "显存",
        "bus_width": "显存位宽",
        "data_rate": "显存数据率",
        "bandwidth": "显存带宽",
        "power": "功耗",
        "interconnect": "GPU 间互连",
        "pcie": "主机接口",
        "price": "首发价",
        "release": "发布",
        "compute_capability": "计算能力",
        "fp32": "FP32",
        "tf32": "TF32",
        "bf16": "BF16",
        "fp16": "FP16",
        "fp16_acc16": "FP16（FP16 累加）",
        "fp8": "FP8",
        "fp8_acc16": "FP8（FP16 累加）",
        "fp4": "FP4",
        "int8": "INT8",
    },
}

# Everything else that a number, the table or a chart says.
PHRASES = {
    "en": {
        "unknown": "unknown",
        "unknown-why": "no source was read for this",
        "none": "none",
        "vendor-own": "the vendor's own document",
        "quoted": "read where another document quotes it",
        "third-party": "a third party's document",
        "source": "{origin}, read {date}",
        "basis": "{terms}",
        "between": "; ",
        "dated": "{value} ({date})",
        "USD": "US${value}",
        "CNY": "CN¥{value}",
        "EUR": "€{value}",
    },
    "zh": {
        "unknown": "未知",
        "unknown-why": "没有读到来源",
        "none": "无",
        "vendor-own": "厂商原文",
        "quoted": "原文经别处引用读到",
        "third-party": "第三方文档",
        "source": "{origin}，{date} 读取",
        "basis": "口径：{terms}",
        "between": "；",
        "dated": "{value}（{date}）",
        "USD": "{value}\u00a0美元",
        "CNY": "{value}\u00a0元",
        "EUR": "{value}\u00a0欧元",
    },
}

UNITS_ZH = {"bit": "位"}


def term(word: str, language: str) -> str:
    """A term of a basis."""
    return TERMS_ZH[word] if language == "zh" else word


def name(word: str, language: str) -> str:
    """A vendor, line, form, memory type, architecture or market."""
    return NAMES_ZH.get(word, word) if language == "zh" else word


def unit(word: str, language: str) -> str:
    """A unit as it is written after a number."""
    return UNITS_ZH.get(word, word) if language == "zh" else word


def say(key: str, language: str, **values: object) -> str:
    """A phrase, with its places filled in."""
    return PHRASES[language][key].format(**values)
