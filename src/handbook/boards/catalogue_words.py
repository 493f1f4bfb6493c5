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
    "inter-chip interconnect": "芯片间互联",
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
    "United States": "美国",
    "China": "中国",
    "Europe": "欧洲",
    "average of the three cheapest offers": "当月最低三个报价的平均",
    "average of 30 days' sales": "近 30 天成交均价",
    "asked by the maker's own shop": "厂商自营店标价",
    "asked by shops": "商店标价",
    "asked by private sellers": "个人卖家要价",
    "asked by one cloud": "一家云的按需价",
    "asked by several clouds": "几家云的按需价",
    "reference board": "原厂公版",
    "asked for by the maker": "厂商要求",
    "suggested by a database": "数据库建议",
}

# Word of a label (gpuguide.catalogue.terms.WORDS) → how a page says it.
STATES = {
    "en": {
        "announced": "announced",
        "new": "new",
        "used": "used only",
        "data centre": "servers, clouds",
        "laptop": "laptops",
        "licence": "licence needed",
        "licence case by case": "licence needed, case by case",
    },
    "zh": {
        "announced": "已公布",
        "new": "有全新",
        "used": "只有二手",
        "data centre": "服务器与云",
        "laptop": "笔记本",
        "licence": "须许可证",
        "licence case by case": "须许可证，逐案审批",
    },
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
        "name": "Product",
        "vendor": "Vendor",
        "line": "Line",
        "architecture": "Architecture",
        "form": "Form",
        "memory_type": "Memory type",
        "memory": "Memory",
        "bus_width": "Memory bus",
        "data_rate": "Memory data rate",
        "bandwidth": "Memory bandwidth",
        "power": "Power",
        "interconnect": "GPU-to-GPU link",
        "pcie": "Host interface",
        "price": "Launch price",
        "price_cny": "Launch price in China",
        "seen_new": "Seen new",
        "seen_used": "Seen used",
        "seen_new_cny": "Seen new in China",
        "seen_used_cny": "Seen used in China",
        "rent": "Rent, an hour",
        "rent_cny": "Rent in China, an hour",
        "length": "Length",
        "slots": "Thickness",
        "supply": "Power supply",
        "release": "Released",
        "compute_capability": "Compute capability",
        "availability": "On sale",
        "restricted": "US export to China",
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
        "interconnect": "GPU 间互联",
        "pcie": "主机接口",
        "price": "首发价",
        "price_cny": "国内首发价",
        "seen_new": "见过的全新价",
        "seen_used": "见过的二手价",
        "seen_new_cny": "国内全新价",
        "seen_used_cny": "国内二手价",
        "rent": "每小时租金",
        "rent_cny": "国内每小时租金",
        "length": "长度",
        "slots": "厚度",
        "supply": "电源",
        "release": "发布",
        "compute_capability": "计算能力",
        "availability": "怎样买到",
        "restricted": "美国对华出口",
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
        "none": "none",
        "vendor-own": "the vendor's own document",
        "quoted": "quoted in another document",
        "third-party": "a third party's document",
        "source": "{origin}, read {date}",
        "basis": "{terms}",
        "between": "; ",
        "stop": ". ",
        "dated": "{value} ({date})",
        "range": "{low} to {high}",
        "on-sale": "On sale",
        "need-what": "Job",
        "need-gb": "Needs, GB",
        "need-look": "Look for",
        "need-job": "{job}; {item} at once: {items}",
        "need-more": "several cards, or rent",
        "need-sentence": " ",
        "USD": "US${value}",
        "CNY": "CN¥{value}",
        "EUR": "€{value}",
        "note": "note",
        "maker": "{vendor} · {line}",
        "maker-only": "{vendor} · {line}, {market} only",
        "table": "All GPUs of the catalogue",
        "search": "Search",
        "search-hint": "name or architecture",
        "any": "any",
        "buyable": "what one can buy",
        "memory-from": "Memory from",
        "line-of": "Vendor, line",
        "columns": "Columns",
        "reset": "Reset",
        "count": "{shown} of {all} GPUs",
        "pick": "Compare {name}",
        "comma": ", ",
        "picked": "To compare: {names}",
        "full": "Four at most: remove one before you add {name}.",
        "compare": "Comparison",
        "go": "See the comparison",
        "clear": "Clear",
        "remove": "Remove {name}",
        "sources": "Sources of the table ({count})",
        "stated": "– is unknown. * The source does not say whether the figure counts on sparsity. "
        "Hover, focus or tap a number: source, basis and date of reading.",
        "summary": "The catalogue holds {entries} products and {numbers} values with a source. "
        "{own} of these ({own_share}) were read in the vendor's own document, "
        "{quoted} ({quoted_share}) in a document that quotes another one, "
        "{third} ({third_share}) with a third party. "
        "{missing} fields are unknown or do not apply; the table shows a dash for them.",
        "download": "{name}: {what}, {size} KB",
        "gpus.json": "every number with value, unit, basis, source and date of reading",
        "gpus.csv": "one row per product, for a spreadsheet",
        "chart-data": "The numbers ({count})",
        "chart-left-out": "{count} others are left out: a number is unknown or its basis differs.",
        "consumer": "consumer",
        "professional": "workstation",
        "datacentre": "data centre",
        "computer": "shared memory",
        "chart-not-stated": "Hollow: accumulate type not stated",
    },
    "zh": {
        "unknown": "未知",
        "none": "无",
        "vendor-own": "厂商原文",
        "quoted": "原文经别处引用读到",
        "third-party": "第三方文档",
        "source": "{origin}，{date} 读取",
        "basis": "口径：{terms}",
        "between": "；",
        "stop": "。",
        "dated": "{value}（{date}）",
        "range": "{low} 到 {high}",
        "on-sale": "怎样买到",
        "need-what": "要做的事",
        "need-gb": "需要（GB）",
        "need-look": "找多大的",
        "need-job": "{job}，一次 {items} {item}",
        "need-more": "多块卡，或者租",
        "need-sentence": "",
        "USD": "{value}\u00a0美元",
        "CNY": "{value}\u00a0元",
        "EUR": "{value}\u00a0欧元",
        "note": "注",
        "maker": "{vendor} · {line}",
        "maker-only": "{vendor} · {line}，仅{market}",
        "table": "数据表里的全部 GPU",
        "search": "搜索",
        "search-hint": "名称或架构",
        "any": "不限",
        "buyable": "买得到的",
        "memory-from": "显存至少",
        "line-of": "厂商与产品线",
        "columns": "列",
        "reset": "重置",
        "count": "共 {all} 款，显示 {shown} 款",
        "pick": "对比 {name}",
        "comma": "、",
        "picked": "待对比：{names}",
        "full": "最多对比四款：先去掉一款，再加 {name}。",
        "compare": "对比",
        "go": "看对比",
        "clear": "清空",
        "remove": "去掉 {name}",
        "sources": "表中数字的来源（{count} 份）",
        "stated": "– 表示未知。* 来源没有说明这个数是否按稀疏计算。"
        "把鼠标移到数字上、用键盘选中或轻点，可以看到它的来源、口径和读取日期。",
        "summary": "数据表收录 {entries} 款产品，共 {numbers} 个有来源的值。"
        "其中 {own} 个（{own_share}）读自厂商原文，"
        "{quoted} 个（{quoted_share}）读自引用原文的文档，"
        "{third} 个（{third_share}）来自第三方。"
        "另有 {missing} 项未知或不适用，表中用「–」表示。",
        "download": "{name}：{what}，{size} KB",
        "gpus.json": "每个数字都带数值、单位、口径、来源和读取日期",
        "gpus.csv": "每款产品一行，便于用电子表格打开",
        "chart-data": "图中的数（{count} 款）",
        "chart-left-out": "另有 {count} 款没有画出：某个数未知，或口径不同。",
        "consumer": "消费级",
        "professional": "工作站",
        "datacentre": "数据中心",
        "computer": "统一内存",
        "chart-not-stated": "空心：未说明累加精度",
    },
}

UNITS_ZH = {"bit": "位", "slots": "槽"}


def term(word: str, language: str) -> str:
    """A term of a basis."""
    return TERMS_ZH[word] if language == "zh" else word


def name(word: str, language: str) -> str:
    """A vendor, line, form, memory type, architecture or market."""
    return NAMES_ZH.get(word, word) if language == "zh" else word


def state(word: str, language: str) -> str:
    """A word of a label: how one gets a product, or what keeps it from China."""
    return STATES[language][word]


def unit(word: str, language: str) -> str:
    """A unit as it is written after a number."""
    return UNITS_ZH.get(word, word) if language == "zh" else word


def say(key: str, language: str, **values: object) -> str:
    """A phrase, with its places filled in."""
    return PHRASES[language][key].format(**values)
