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
    "lead": '<p class="hb-choose__lead">{text}</p>',
    "picks": '<dl class="hb-choose__picks">{items}</dl>',
    "pick": '<div data-pick="{role}"><dt>{label}</dt><dd>{text}</dd></div>',
    "link": '<a href="{link}">{name}</a>',
    "front": '<figure class="hb-choose__front"><svg viewBox="0 0 320 170" role="img" '
    'aria-label="{label}"><path class="axes" d="M8 4V146H316"></path>'
    '<text x="316" y="162" text-anchor="end">{price} →</text><text x="14" y="14">↑ {speed}</text>'
    '<text x="8" y="162">{ends}</text><polyline points="{line}"></polyline>{dots}</svg>'
    "<figcaption>{text}</figcaption></figure>",
    "dot": '<circle class="{kind}" cx="{x}" cy="{y}" r="5"><title>{title}</title></circle>',
    "all": '<p class="hb-choose__all"><a href="{guide}#choose">{text}</a></p>',
    "ranking": '<p class="hb-choose__title">{title}</p><p class="hb-choose__query">{query}</p>'
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
