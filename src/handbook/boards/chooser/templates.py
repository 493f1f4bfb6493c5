"""HTML that Python fills at build and the script on each keystroke."""

from handbook.boards.chooser.words import fill

TEMPLATES = {
    "option": '<li data-gpu="{id}"><p class="hb-choose__head"><a href="{link}">{name}</a> '
    "<span>{price}</span></p>{bar}"
    '<p class="hb-choose__facts">{facts}</p><p class="hb-choose__why">{why} '
    '<button type="button" value="{id}" aria-label="{label}">{own}</button></p></li>',
    "bar": '<svg class="hb-choose__bar" aria-hidden="true">{rects}</svg>',
    "rect": '<rect x="{x}%" width="{width}%" height="100%" fill="url(#hb-{part})"></rect>',
    "part": '<li><svg aria-hidden="true"><rect width="100%" height="100%" fill="url(#hb-{part})">'
    "</rect></svg>{name} <span>{size}</span></li>",
    "text": "<li>{text}</li>",
    "parts": '<div class="hb-choose__parts"><p>{title}</p><ul>{items}</ul></div>',
    "lead": '<p class="hb-choose__lead">{text}</p><p class="hb-choose__query">{query}</p>'
    '<p class="hb-choose__query">{last}</p>',
    "options": '<ol class="hb-choose__options">{items}</ol>',
    "more": '<button type="button" class="hb-choose__more">{text}</button>',
    "dropped": '<div class="hb-choose__dropped"><p>{title}</p>{items}</div>',
    "reason": '<details data-code="{code}"><summary>{title} ({count})</summary>'
    "<ul>{items}</ul></details>",
    "reject": '<li><a href="{link}">{name}</a> <span>{why}</span></li>',
}


def put(name: str, /, **values: object) -> str:
    """A template with its places filled in."""
    return fill(TEMPLATES[name], values)
