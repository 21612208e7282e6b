package theme

import (
	"embed"
	"fmt"

	"fyne.io/fyne/v2"
	base "fyne.io/fyne/v2/theme"
)

// IconName names an icon of the one family in use: the Material icons that
// Fyne ships and, where Fyne has none, those embedded here.
type IconName string

// The icons. What they stand for is said by the word beside them.
const (
	IconHome          IconName = "home"
	IconSearch        IconName = "search"
	IconPerson        IconName = "account"
	IconPeople        IconName = "people"
	IconBadge         IconName = "badge"
	IconBuilding      IconName = "building"
	IconPlace         IconName = "place"
	IconArchive       IconName = "archive"
	IconBoard         IconName = "board"
	IconBell          IconName = "bell"
	IconApprove       IconName = "approve"
	IconSwap          IconName = "swap"
	IconChart         IconName = "chart"
	IconShield        IconName = "shield"
	IconLock          IconName = "lock"
	IconKey           IconName = "key"
	IconClock         IconName = "clock"
	IconHistory       IconName = "history"
	IconCalendar      IconName = "calendar"
	IconComputer      IconName = "computer"
	IconServer        IconName = "storage"
	IconSettings      IconName = "settings"
	IconFilter        IconName = "filter"
	IconList          IconName = "list"
	IconGrid          IconName = "grid"
	IconDocument      IconName = "document"
	IconFile          IconName = "file"
	IconFileText      IconName = "file-text"
	IconFolder        IconName = "folder"
	IconAttachment    IconName = "attachment"
	IconPrint         IconName = "print"
	IconSave          IconName = "save"
	IconDownload      IconName = "download"
	IconUpload        IconName = "upload"
	IconMail          IconName = "mail"
	IconSend          IconName = "send"
	IconCopy          IconName = "copy"
	IconPaste         IconName = "paste"
	IconAdd           IconName = "add"
	IconRemove        IconName = "remove"
	IconClose         IconName = "close"
	IconEdit          IconName = "edit"
	IconDelete        IconName = "delete"
	IconUndo          IconName = "undo"
	IconRefresh       IconName = "refresh"
	IconCheck         IconName = "check"
	IconCheckCircle   IconName = "check-circle"
	IconCircle        IconName = "circle"
	IconCircleOutline IconName = "circle-outline"
	IconBoxChecked    IconName = "box-checked"
	IconBoxEmpty      IconName = "box-empty"
	IconRadioChecked  IconName = "radio-checked"
	IconRadioEmpty    IconName = "radio-empty"
	IconBlock         IconName = "block"
	IconInfo          IconName = "info"
	IconHelp          IconName = "help"
	IconQuestion      IconName = "question"
	IconWarning       IconName = "warning"
	IconError         IconName = "error"
	IconOffline       IconName = "offline"
	IconVisible       IconName = "visible"
	IconHidden        IconName = "hidden"
	IconMenu          IconName = "menu"
	IconMore          IconName = "more"
	IconBack          IconName = "back"
	IconNext          IconName = "next"
	IconUp            IconName = "up"
	IconDown          IconName = "down"
	IconDropDown      IconName = "drop-down"
	IconDropUp        IconName = "drop-up"
	IconPlay          IconName = "play"
	IconPause         IconName = "pause"
	IconStop          IconName = "stop"
	IconLogin         IconName = "login"
	IconLogout        IconName = "logout"
)

// own are the files embedded here; all other names are Fyne's.
//
//go:embed icons/*.svg
var own embed.FS

var fynes = map[IconName]fyne.ThemeIconName{
	IconHome: base.IconNameHome, IconSearch: base.IconNameSearch, IconPerson: base.IconNameAccount,
	IconHistory: base.IconNameHistory, IconCalendar: base.IconNameCalendar, IconComputer: base.IconNameComputer,
	IconServer: base.IconNameStorage, IconSettings: base.IconNameSettings, IconList: base.IconNameList,
	IconGrid: base.IconNameGrid, IconDocument: base.IconNameDocument, IconFile: base.IconNameFile,
	IconFileText: base.IconNameFileText, IconFolder: base.IconNameFolder, IconAttachment: base.IconNameMailAttachment,
	IconPrint: base.IconNameDocumentPrint, IconSave: base.IconNameDocumentSave, IconDownload: base.IconNameDownload,
	IconUpload: base.IconNameUpload, IconMail: base.IconNameMailCompose, IconSend: base.IconNameMailSend,
	IconCopy: base.IconNameContentCopy, IconPaste: base.IconNameContentPaste, IconAdd: base.IconNameContentAdd,
	IconRemove: base.IconNameContentRemove, IconClose: base.IconNameCancel, IconDelete: base.IconNameDelete,
	IconUndo: base.IconNameContentUndo, IconRefresh: base.IconNameViewRefresh, IconCheck: base.IconNameConfirm,
	IconBoxChecked: base.IconNameCheckButtonChecked, IconBoxEmpty: base.IconNameCheckButton,
	IconRadioChecked: base.IconNameRadioButtonChecked, IconRadioEmpty: base.IconNameRadioButton,
	IconInfo: base.IconNameInfo, IconHelp: base.IconNameHelp, IconQuestion: base.IconNameQuestion,
	IconWarning: base.IconNameWarning, IconError: base.IconNameError, IconVisible: base.IconNameVisibility,
	IconHidden: base.IconNameVisibilityOff, IconMenu: base.IconNameMenu, IconMore: base.IconNameMoreVertical,
	IconBack: base.IconNameNavigateBack, IconNext: base.IconNameNavigateNext, IconUp: base.IconNameMoveUp,
	IconDown: base.IconNameMoveDown, IconDropDown: base.IconNameArrowDropDown, IconDropUp: base.IconNameArrowDropUp,
	IconPlay: base.IconNameMediaPlay, IconPause: base.IconNameMediaPause, IconStop: base.IconNameMediaStop,
	IconLogin: base.IconNameLogin, IconLogout: base.IconNameLogout,
}

// Icon returns the icon in ink. It follows the variant as it changes.
func Icon(name IconName) fyne.Resource { return IconIn(name, ColorInk) }

// IconIn returns the icon in the colour of a role. It panics on a name that is
// not one of the constants: that is a mistake of the programmer.
func IconIn(name IconName, role fyne.ThemeColorName) fyne.Resource {
	if n, ok := fynes[name]; ok {
		return base.NewColoredResource(base.DefaultTheme().Icon(n), role)
	}
	file := string(name) + ".svg"
	data, err := own.ReadFile("icons/" + file)
	if err != nil {
		panic(fmt.Sprintf("theme: no icon %q", name))
	}
	return base.NewColoredResource(fyne.NewStaticResource("indagor-"+file, data), role)
}
