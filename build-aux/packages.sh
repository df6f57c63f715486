# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What has to be installed to build, run and test Paddock, for the package managers that we know. Sourced by
# build-aux/run and build-aux/test; it defines functions and does nothing by itself.

package_manager() {
  local manager
  for manager in apt-get dnf pacman zypper; do
    command -v "$manager" > /dev/null && { echo "$manager"; return; }
  done
  echo none
}

# packages WHAT: the names of the packages for "build", "test" or "deb", one a line
packages() {
  case $(package_manager)-$1 in
    apt-get-build) printf '%s\n' meson ninja-build gcc libc6-dev pkg-config gettext libglib2.0-dev libglib2.0-dev-bin \
      libgtk-3-dev libayatana-appindicator3-dev libcurl4-openssl-dev libjson-glib-dev libsecret-1-dev libsqlite3-dev libsystemd-dev librsvg2-bin ;;
    apt-get-test) printf '%s\n' git jq xz-utils mandoc shellcheck zsh fish lintian rpm makepkg pacman-package-manager libarchive-tools nix-bin yamllint \
      gnome-keyring systemd-journal-remote glib-networking desktop-file-utils appstream python3 python3-gi python3-dbusmock gir1.2-glib-2.0 gir1.2-gtk-3.0 gir1.2-atspi-2.0 at-spi2-core dbus util-linux procps tzdata \
      xvfb xauth xdotool x11-utils imagemagick xfwm4 xfce4-panel xfce4-indicator-plugin ayatana-indicator-application \
      gnome-shell gnome-shell-extension-appindicator sway waybar grim \
      adwaita-icon-theme fonts-dejavu-core librsvg2-common libglib2.0-bin ;;
    apt-get-deb) printf '%s\n' build-essential debhelper fakeroot git xz-utils desktop-file-utils dbus \
      python3 systemd-journal-remote tzdata ;;
    dnf-build) printf '%s\n' meson ninja-build gcc pkgconf-pkg-config gettext glib2-devel gtk3-devel \
      libayatana-appindicator-gtk3-devel libcurl-devel json-glib-devel libsecret-devel sqlite-devel systemd-devel librsvg2-tools ;;
    dnf-test) printf '%s\n' git jq xz mandoc ShellCheck zsh fish rpmlint rpm-build \
      gnome-keyring systemd-journal-remote glib-networking desktop-file-utils appstream python3 python3-gobject python3-dbusmock dbus-daemon util-linux procps-ng tzdata \
      xorg-x11-server-Xvfb xdotool xprop ImageMagick xfwm4 xfce4-panel xfce4-indicator-plugin \
      gnome-shell gnome-shell-extension-appindicator sway waybar grim libasan libubsan \
      adwaita-icon-theme dejavu-sans-fonts librsvg2 ;;
    pacman-build) printf '%s\n' meson ninja gcc pkgconf gettext glib2-devel gtk3 libayatana-appindicator curl json-glib libsecret sqlite systemd-libs librsvg ;;
    pacman-test) printf '%s\n' git jq xz shellcheck zsh fish namcap diffutils \
      gnome-keyring glib-networking desktop-file-utils appstream systemd libmicrohttpd python python-gobject python-dbusmock dbus util-linux procps-ng tzdata \
      xorg-server-xvfb xdotool xorg-xprop imagemagick xfwm4 xfce4-panel \
      gnome-shell gnome-shell-extension-appindicator sway waybar grim adwaita-icon-theme ttf-dejavu librsvg ;;
    zypper-build) printf '%s\n' meson ninja gcc pkgconf gettext-tools glib2-devel gtk3-devel \
      libayatana-appindicator3-devel libcurl-devel json-glib-devel libsecret-devel sqlite3-devel systemd-devel rsvg-convert ;;
    zypper-test) printf '%s\n' git jq xz mandoc ShellCheck zsh fish \
      gnome-keyring glib-networking desktop-file-utils AppStream systemd-journal-remote python3 python3-gobject python3-python-dbusmock dbus-1 util-linux procps timezone \
      xorg-x11-server-Xvfb xdotool xprop ImageMagick xfwm4 xfce4-panel gnome-shell sway waybar grim \
      adwaita-icon-theme dejavu-fonts ;;
  esac
}

is_installed() {
  case $(package_manager) in
    apt-get) [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2> /dev/null)" = installed ] ;;
    dnf | zypper) rpm -q --whatprovides "$1" > /dev/null 2>&1 ;;
    pacman) pacman -Qq "$1" > /dev/null 2>&1 ;;
    *) return 0 ;;
  esac
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo > /dev/null; then
    sudo "$@"
  else
    echo "Root rights are needed to run: $*" >&2
    return 1
  fi
}

install_now() {
  case $(package_manager) in
    apt-get) as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" ;;
    dnf) as_root dnf install -y --setopt=install_weak_deps=False "$@" ;;
    pacman) as_root pacman -S --needed --noconfirm "$@" ;;
    zypper) as_root zypper --non-interactive install --no-recommends "$@" ;;
  esac
}

# install_packages WHAT...: installs what is missing of these lists; quiet, and off the network, when nothing is
install_packages() {
  local what package missing=() log
  for what in "$@"; do
    while read -r package; do
      is_installed "$package" || missing+=("$package")
    done < <(packages "$what")
  done
  [ ${#missing[@]} -gt 0 ] || return 0

  echo "Installing: ${missing[*]}" >&2
  log=$(mktemp)
  [ "$(package_manager)" != apt-get ] || as_root apt-get update > "$log" 2>&1 || true
  # One name that a release does not have must not keep the others away.
  if ! install_now "${missing[@]}" >> "$log" 2>&1; then
    for package in "${missing[@]}"; do
      install_now "$package" >> "$log" 2>&1 || echo "Could not install $package." >&2
    done
  fi
  rm -f "$log"
}
