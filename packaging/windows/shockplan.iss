; Inno Setup 6: an installer of the folder that build.spec makes. See packaging/README.md.
;   iscc packaging\windows\shockplan.iss      after      .venv\Scripts\pyinstaller build.spec

#define Version "0.1.0"
#define Program "shockplan.exe"

[Setup]
AppId={{6E1F2B54-8A53-4C0E-9C41-1B7D5A6C9E20}
AppName=ShockPlan
AppVersion={#Version}
AppPublisher=ShockPlan
VersionInfoVersion={#Version}
DefaultDirName={autopf}\ShockPlan
DefaultGroupName=ShockPlan
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
; Windows 10 version 1809, the oldest that Qt 6 runs on
MinVersion=10.0.17763
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
OutputDir=..\..\dist
OutputBaseFilename=ShockPlan-{#Version}-setup
SetupIconFile=..\shockplan.ico
UninstallDisplayIcon={app}\{#Program}
Compression=lzma2/max
SolidCompression=yes
ChangesAssociations=yes

[Files]
Source: "..\..\dist\shockplan\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{group}\ShockPlan"; Filename: "{app}\{#Program}"; WorkingDir: "{userdocs}"
Name: "{autodesktop}\ShockPlan"; Filename: "{app}\{#Program}"; WorkingDir: "{userdocs}"; Tasks: desktopicon

[Tasks]
Name: "desktopicon"; Description: "An icon on the desktop"; Flags: unchecked

[Registry]
Root: HKA; Subkey: "Software\Classes\.shockplan"; ValueType: string; ValueData: "ShockPlan.Plan"; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\ShockPlan.Plan"; ValueType: string; ValueData: "ShockPlan plan"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\ShockPlan.Plan\DefaultIcon"; ValueType: string; ValueData: "{app}\{#Program},0"
Root: HKA; Subkey: "Software\Classes\ShockPlan.Plan\shell\open\command"; ValueType: string; ValueData: """{app}\{#Program}"" open ""%1"""

[Run]
Filename: "{app}\{#Program}"; Parameters: "selftest"; Description: "Check that this computer can do the whole job"; Flags: postinstall runascurrentuser unchecked
