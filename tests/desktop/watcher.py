# SPDX-License-Identifier: GPL-3.0-or-later
"""A watcher of tray items that has no host to show them: what some sessions start as a service of its own.

Prints a line when it has its name. For each line that it reads, a host registers.
"""

from __future__ import annotations

import sys

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

NAME = "org.kde.StatusNotifierWatcher"
PATH = "/StatusNotifierWatcher"
INTERFACE = f"""<node><interface name="{NAME}">
  <method name="RegisterStatusNotifierItem"><arg type="s" direction="in"/></method>
  <property name="IsStatusNotifierHostRegistered" type="b" access="read"/>
  <property name="RegisteredStatusNotifierItems" type="as" access="read"/>
  <property name="ProtocolVersion" type="i" access="read"/>
  <signal name="StatusNotifierHostRegistered"/>
</interface></node>"""


def main() -> None:
    bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
    values = {"IsStatusNotifierHostRegistered": GLib.Variant("b", False), "ProtocolVersion": GLib.Variant("i", 0),
              "RegisteredStatusNotifierItems": GLib.Variant("as", [])}

    def on_line(*_: object) -> bool:
        if not sys.stdin.readline():
            return GLib.SOURCE_REMOVE
        values["IsStatusNotifierHostRegistered"] = GLib.Variant("b", True)
        bus.emit_signal(None, PATH, NAME, "StatusNotifierHostRegistered", None)
        return GLib.SOURCE_CONTINUE

    bus.register_object(PATH, Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0],
                        lambda *call: call[-1].return_value(None), lambda *call: values[call[4]], None)
    Gio.bus_own_name_on_connection(bus, NAME, Gio.BusNameOwnerFlags.NONE, lambda *_: print("ready", flush=True), None)
    GLib.io_add_watch(sys.stdin, GLib.PRIORITY_DEFAULT, GLib.IOCondition.IN, on_line)
    GLib.MainLoop().run()


main()
