#!/bin/sh
# Put the bundle into the person's own folders: menu entry, icon, and *.shockplan files that open by a double click.
#   sh install.sh BUNDLE       BUNDLE is the folder dist/shockplan
set -eu
here=$(cd "$(dirname "$0")" && pwd)
bundle=${1:?name the folder of the bundle, dist/shockplan}
share=${XDG_DATA_HOME:-$HOME/.local/share}
mkdir -p "$share/applications" "$share/mime/packages" "$share/icons/hicolor/scalable/apps" "$HOME/.local/bin"
rm -rf "$share/shockplan" && cp -R "$bundle" "$share/shockplan"
ln -sf "$share/shockplan/shockplan" "$HOME/.local/bin/shockplan"
sed "s|^Exec=shockplan|Exec=\"$share/shockplan/shockplan\"|" "$here/shockplan.desktop" > "$share/applications/shockplan.desktop"
cp "$here/shockplan.xml" "$share/mime/packages/shockplan.xml"
cp "$here/../shockplan.svg" "$share/icons/hicolor/scalable/apps/shockplan.svg"
for tool in "update-mime-database $share/mime" "update-desktop-database $share/applications"; do
    command -v "${tool%% *}" > /dev/null && $tool || true
done
echo "ShockPlan is in the menu. Its folder: $share/shockplan"
