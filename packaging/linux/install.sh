#!/bin/sh
# Put the bundle into the person's own folders: menu entry, icon, and *.shockplan files that open by a double click.
#   sh install.sh BUNDLE       BUNDLE is the folder dist/shockplan
#   sh install.sh --remove     takes all of it away again; plans and settings stay
set -eu
here=$(cd "$(dirname "$0")" && pwd)
bundle=${1:?name the folder of the bundle, dist/shockplan, or --remove}
share=${XDG_DATA_HOME:-$HOME/.local/share}
program=$share/shockplan/shockplan
command=$HOME/.local/bin/shockplan
desktop=$share/applications/shockplan.desktop
kind=$share/mime/packages/shockplan.xml
icon=$share/icons/hicolor/scalable/apps/shockplan.svg

tell_the_desktop() {
    if command -v update-mime-database > /dev/null; then update-mime-database "$share/mime" || true; fi
    if command -v update-desktop-database > /dev/null; then update-desktop-database "$share/applications" || true; fi
}

if [ "$bundle" = --remove ]; then
    # A command of the same name that leads elsewhere is not ours to take away.
    if [ "$(readlink "$command" || true)" = "$program" ]; then rm -f "$command"; fi
    rm -rf "$share/shockplan"
    rm -f "$desktop" "$kind" "$icon"
    tell_the_desktop
    echo "ShockPlan is removed. Plans and settings were left where they are."
    exit 0
fi

if [ ! -x "$bundle/shockplan" ]; then
    echo "$bundle holds no program named shockplan: nothing was changed." >&2
    exit 1
fi
mkdir -p "$share/applications" "$share/mime/packages" "${icon%/*}" "${command%/*}"
# The old program goes only when the new one is whole: a full disk must not leave the person without any.
rm -rf "$share/shockplan.new"
cp -R "$bundle" "$share/shockplan.new"
chmod -R u+w "$share/shockplan.new" # a copy from a read-only medium could never be replaced or removed
rm -rf "$share/shockplan"
mv "$share/shockplan.new" "$share/shockplan"
ln -sf "$program" "$command"
# Twice escaped, as the desktop entry specification asks of a quoted argument; % would begin a field code.
quoted=$(printf '%s' "$program" | sed -e 's/\\/\\\\\\\\/g' -e 's/["`$]/\\\\&/g' -e 's/%/%%/g')
while IFS= read -r line; do
    case $line in
        Exec=shockplan*) printf 'Exec="%s"%s\n' "$quoted" "${line#Exec=shockplan}" ;;
        *) printf '%s\n' "$line" ;;
    esac
done < "$here/shockplan.desktop" > "$desktop"
cp "$here/shockplan.xml" "$kind"
cp "$here/../shockplan.svg" "$icon"
tell_the_desktop
echo "ShockPlan is in the menu. Its folder: $share/shockplan"
