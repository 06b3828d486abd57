"""
Reads a web page in a window as a screen reader does: through AT-SPI, from the browser's own process.

screen_reader.py BUS_ADDRESS; answers each line of its input with a line of JSON, the page's elements in reading order.
"""

import json
import sys

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib

ACCESSIBLE = "org.a11y.atspi.Accessible"
COMPONENT = "org.a11y.atspi.Component"
TEXT = "org.a11y.atspi.Text"
PROPERTIES = "org.freedesktop.DBus.Properties"
BUS = "org.freedesktop.DBus"
ROOTS = "/org/a11y/webkit/accessible"
# Milliseconds for an answer, and how often a page is read anew that changed meanwhile.
PATIENCE = 3000
ATTEMPTS = 3
# Elements of one page, as a bound.
MOST = 5000
WINDOW = 1
# What stands in these is read as their text, if it is nothing but text: a page may have thousands of them.
WHOLE = ("listitem", "row", "image")
EMBEDDED = "\ufffc"
# Bits of the states (atspi-constants.h) that are told.
STATES = {4: "checked", 8: "enabled", 10: "expanded", 12: "focused", 20: "pressed", 23: "selected", 25: "showing"}

flags = Gio.DBusConnectionFlags
bus = Gio.DBusConnection.new_for_address_sync(
    sys.argv[1], flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION, None, None
)


def ask_all(questions):
    """Asks many at once; None where there is no answer."""
    answers = [None] * len(questions)
    loop = GLib.MainLoop()
    left = len(questions)

    def answered(connection, result, index):
        nonlocal left
        try:
            answers[index] = connection.call_finish(result).unpack()
        except GLib.Error:
            pass
        left -= 1
        if left == 0:
            loop.quit()

    for index, (name, path, interface, method, parameters) in enumerate(questions):
        bus.call(name, path, interface, method, parameters, None, 0, PATIENCE, None, answered, index)
    if questions:
        loop.run()
    return answers


def roots():
    """Where the pages of all browser processes begin."""
    ((names,),) = ask_all([(BUS, "/", BUS, "ListNames", None)])
    names = [name for name in names if name.startswith(":") and name != bus.get_unique_name()]
    asked = ask_all([(name, ROOTS, BUS + ".Introspectable", "Introspect", None) for name in names])
    for name, answer in zip(names, asked):
        if answer is None:
            continue
        for node in Gio.DBusNodeInfo.new_for_xml(answer[0]).nodes:
            yield name, f"{ROOTS}/{node.path}"


def questions_about(reference):
    return [
        (*reference, PROPERTIES, "GetAll", GLib.Variant("(s)", (ACCESSIBLE,))),
        (*reference, ACCESSIBLE, "GetState", None),
        (*reference, ACCESSIBLE, "GetAttributes", None),
        (*reference, ACCESSIBLE, "GetChildren", None),
        (*reference, COMPONENT, "GetExtents", GLib.Variant("(u)", (WINDOW,))),
        (*reference, TEXT, "GetText", GLib.Variant("(ii)", (0, -1))),
    ]


def element(properties, state, attributes, extents, text):
    bits = state[0][0] | state[0][1] << 32
    return {
        "role": attributes[0].get("computed-role", ""),
        "name": properties[0].get("Name", ""),
        "description": properties[0].get("Description", ""),
        "text": "" if text is None else text[0],
        "value": attributes[0].get("valuetext", ""),
        "states": [name for bit, name in STATES.items() if bits >> bit & 1],
        "box": [0, 0, 0, 0] if extents is None else extents[0],
    }


def read(root):
    """The elements below a root in reading order, and whether none of them vanished meanwhile."""
    elements = []
    whole = True

    def visit(references):
        """Asks about brothers at once, but not about a whole page: what is asked late may have vanished."""
        nonlocal whole
        answers = ask_all([question for reference in references for question in questions_about(reference)])
        for index in range(len(references)):
            properties, state, attributes, children, extents, text = answers[6 * index : 6 * index + 6]
            if None in (properties, state, attributes, children):
                whole = False
                continue
            elements.append(element(properties, state, attributes, extents, text))
            if len(elements) > MOST:
                raise RuntimeError(f"The page has more than {MOST} elements")
            if elements[-1]["role"] not in WHOLE or EMBEDDED in elements[-1]["text"]:
                visit([tuple(child) for child in children[0]])

    visit([root])
    return elements, whole


def read_page():
    elements = []
    for _ in range(ATTEMPTS):
        pages = [read(root) for root in roots()]
        # A browser process that is starting or ending has a page without elements.
        elements, whole = max(pages, key=lambda page: len(page[0]), default=([], True))
        if whole:
            break
    return elements


for _ in sys.stdin:
    print(json.dumps(read_page()), flush=True)
