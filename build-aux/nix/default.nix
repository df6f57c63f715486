# SPDX-License-Identifier: GPL-3.0-or-later
# nix-build build-aux/nix    builds what is in this folder's project, with the nixpkgs of the machine
{ pkgs ? import <nixpkgs> { } }:

pkgs.stdenv.mkDerivation {
  pname = "paddock";
  version = "0.1.0";

  src = pkgs.lib.cleanSource ../..;

  nativeBuildInputs = with pkgs; [
    gettext
    glib
    librsvg
    meson
    ninja
    pkg-config
    python3
    wrapGAppsHook3
  ];

  buildInputs = with pkgs; [
    curl
    glib-networking
    gtk3
    json-glib
    libayatana-appindicator
    libsecret
    sqlite
    systemd
  ];

  mesonFlags = [
    "-Dui=enabled"
    "-Djournal=enabled"
    "-Dsecret=enabled"
    "-Dtests=false"
  ];

  meta = {
    description = "Tray applet that shows what Ollama is doing";
    homepage = "https://github.com/paddock/Paddock";
    license = pkgs.lib.licenses.gpl3Plus;
    mainProgram = "paddock";
    platforms = pkgs.lib.platforms.linux;
  };
}
