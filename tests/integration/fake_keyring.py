#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Secret Service that can go wrong, on the session bus.

    fake_keyring.py MODE FILE

Its one item lies in FILE as JSON, so that a test sees what is stored: {"attributes", "label", "secret"}. MODE is
how it behaves:

    well       it does what it is asked
    locked     it is locked, and the question to unlock it is dismissed
    unlocks    it is locked, and the question to unlock it is answered
    silent     it never answers
    mute       it is opened, and then never answers
    asks       it is locked, and its question is never answered
    refuses    it is opened, and then every call is an error of several lines

https://specifications.freedesktop.org/secret-service-spec/latest/
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

ROOT = "/org/freedesktop/secrets"
COLLECTION = f"{ROOT}/collection/test"
# The same, by the name that it is asked for.
DEFAULT = f"{ROOT}/aliases/default"
ITEM = f"{COLLECTION}/1"
PROMPT = f"{ROOT}/prompt/1"
SESSION = f"{ROOT}/session/1"

INTERFACES = Gio.DBusNodeInfo.new_for_xml("""<node>
<interface name="org.freedesktop.Secret.Service">
  <method name="OpenSession"><arg type="s" direction="in"/><arg type="v" direction="in"/><arg type="v" direction="out"/><arg type="o" direction="out"/></method>
  <method name="SearchItems"><arg type="a{ss}" direction="in"/><arg type="ao" direction="out"/><arg type="ao" direction="out"/></method>
  <method name="Unlock"><arg type="ao" direction="in"/><arg type="ao" direction="out"/><arg type="o" direction="out"/></method>
  <method name="ReadAlias"><arg type="s" direction="in"/><arg type="o" direction="out"/></method>
  <method name="GetSecrets"><arg type="ao" direction="in"/><arg type="o" direction="in"/><arg type="a{o(oayays)}" direction="out"/></method>
  <property name="Collections" type="ao" access="read"/>
</interface>
<interface name="org.freedesktop.Secret.Collection">
  <method name="CreateItem"><arg type="a{sv}" direction="in"/><arg type="(oayays)" direction="in"/><arg type="b" direction="in"/><arg type="o" direction="out"/><arg type="o" direction="out"/></method>
  <property name="Items" type="ao" access="read"/>
  <property name="Label" type="s" access="read"/>
  <property name="Locked" type="b" access="read"/>
</interface>
<interface name="org.freedesktop.Secret.Item">
  <method name="Delete"><arg type="o" direction="out"/></method>
  <property name="Locked" type="b" access="read"/>
  <property name="Attributes" type="a{ss}" access="read"/>
  <property name="Label" type="s" access="read"/>
</interface>
<interface name="org.freedesktop.Secret.Prompt">
  <method name="Prompt"><arg type="s" direction="in"/></method>
  <method name="Dismiss"/>
  <signal name="Completed"><arg type="b"/><arg type="v"/></signal>
</interface>
</node>""")


class Keyring:
    def __init__(self, bus: Gio.DBusConnection, mode: str, path: Path) -> None:
        self.bus, self.mode, self.path = bus, mode, path
        self.is_locked = mode in ("locked", "unlocks", "asks")
        self.unlocking: list[str] = []
        for place, interface in ((ROOT, "Service"), (COLLECTION, "Collection"), (DEFAULT, "Collection"), (ITEM, "Item"), (PROMPT, "Prompt")):
            info = INTERFACES.lookup_interface(f"org.freedesktop.Secret.{interface}")
            bus.register_object(place, info, self.on_call, self.on_property, None)

    def item(self) -> dict | None:
        return json.loads(self.path.read_text()) if self.path.exists() else None

    def on_call(self, _bus, _sender, _path, _interface, method, arguments, invocation) -> None:
        if self.mode == "silent" or (self.mode == "mute" and method != "OpenSession"):
            return
        if self.mode == "refuses" and method != "OpenSession":
            invocation.return_dbus_error("org.example.Refused", "the disk is full\nof \u202eother things")
            return
        answer = getattr(self, method)(invocation, *arguments.unpack())
        if answer is not None:
            invocation.return_value(answer)

    def on_property(self, _bus, _sender, _path, interface, name) -> GLib.Variant:
        item = self.item() or {"attributes": {}, "label": ""}
        return {
            "Collections": GLib.Variant("ao", [COLLECTION]),
            "Items": GLib.Variant("ao", [ITEM] if self.path.exists() else []),
            "Label": GLib.Variant("s", item["label"]),
            "Locked": GLib.Variant("b", self.is_locked),
            "Attributes": GLib.Variant("a{ss}", item["attributes"]),
        }[name]

    # The service

    def OpenSession(self, invocation, algorithm, _value):
        if algorithm != "plain":
            invocation.return_dbus_error("org.freedesktop.DBus.Error.NotSupported", "only plain")
            return None
        return GLib.Variant("(vo)", (GLib.Variant("s", ""), SESSION))

    def SearchItems(self, _invocation, attributes):
        item = self.item()
        found = [ITEM] if item and attributes.items() <= item["attributes"].items() else []
        return GLib.Variant("(aoao)", ([], found) if self.is_locked else (found, []))

    def Unlock(self, _invocation, objects):
        if not self.is_locked:
            return GLib.Variant("(aoo)", (objects, "/"))
        self.unlocking = objects
        return GLib.Variant("(aoo)", ([], PROMPT))

    def ReadAlias(self, _invocation, _name):
        return GLib.Variant("(o)", (COLLECTION,))

    def GetSecrets(self, _invocation, items, session):
        item = self.item()
        secrets = {path: (session, b"", item["secret"].encode(), "text/plain") for path in items if item}
        return GLib.Variant("(a{o(oayays)})", ({} if self.is_locked else secrets,))

    # The collection and its item

    def CreateItem(self, invocation, properties, secret, _replace):
        if self.is_locked:
            invocation.return_dbus_error("org.freedesktop.Secret.Error.IsLocked", "it is locked")
            return None
        prefix = "org.freedesktop.Secret.Item."
        self.path.write_text(json.dumps({"attributes": properties[prefix + "Attributes"], "label": properties[prefix + "Label"],
                                         "secret": bytes(secret[2]).decode()}))
        return GLib.Variant("(oo)", (ITEM, "/"))

    def Delete(self, _invocation):
        self.path.unlink()
        return GLib.Variant("(o)", ("/",))

    # The question

    def Prompt(self, invocation, _window):
        invocation.return_value(None)
        if self.mode == "asks":
            return None
        dismissed = self.mode == "locked"
        self.is_locked = dismissed
        self.bus.emit_signal(None, PROMPT, "org.freedesktop.Secret.Prompt", "Completed",
                             GLib.Variant("(bv)", (dismissed, GLib.Variant("ao", [] if dismissed else self.unlocking))))
        return None

    def Dismiss(self, _invocation):
        return GLib.Variant("()", ())


def main() -> None:
    mode, path = sys.argv[1], Path(sys.argv[2])
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    keyring = Keyring(bus, mode, path)
    Gio.bus_own_name_on_connection(bus, "org.freedesktop.secrets", Gio.BusNameOwnerFlags.NONE,
                                   lambda *_: print("ready", flush=True), None)
    GLib.MainLoop().run()
    del keyring


if __name__ == "__main__":
    main()
