package device

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/user"
	"strings"
	"unsafe"

	"github.com/shirou/gopsutil/v3/host"
	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

// This tells about this machine, as far as it does to a user who is no
// administrator.
func This() Machine {
	return Machine{
		MachineID: func(context.Context) string {
			return registryText(`SOFTWARE\Microsoft\Cryptography`, "MachineGuid")
		},
		Table: func(context.Context) []byte { return firmwareTable() },
		Product: func(context.Context) []string {
			const bios = `HARDWARE\DESCRIPTION\System\BIOS`
			return []string{
				registryText(bios, "SystemManufacturer"), registryText(bios, "SystemProductName"),
				registryText(bios, "BaseBoardProduct"),
			}
		},
		Disk: func(context.Context) string { return diskSerial() },
		Board: func(context.Context) []string {
			const bios = `HARDWARE\DESCRIPTION\System\BIOS`
			return []string{registryText(bios, "BaseBoardManufacturer"), registryText(bios, "BaseBoardProduct")}
		},
		Processor: func(context.Context) string {
			return registryText(`HARDWARE\DESCRIPTION\System\CentralProcessor\0`, "ProcessorNameString")
		},
		Adapters: func(context.Context) []string { return adapters() },
		System:   func(context.Context) []string { return []string{"windows", domain()} },
		Name:     func(context.Context) string { n, _ := os.Hostname(); return n },
		User: func(context.Context) string {
			u, err := user.Current()
			if err != nil {
				return os.Getenv("USERNAME")
			}
			return u.Username
		},
		Title: func(ctx context.Context) string {
			platform, _, version, err := host.PlatformInformationWithContext(ctx)
			if err != nil || platform == "" {
				return "windows"
			}
			return platform + " " + version
		},
	}
}

func registryText(key, name string) string {
	// The 64-bit view also for a 32-bit program: MachineGuid is there.
	k, err := registry.OpenKey(registry.LOCAL_MACHINE, key, registry.QUERY_VALUE|registry.WOW64_64KEY)
	if err != nil {
		return ""
	}
	defer k.Close()
	s, _, err := k.GetStringValue(name)
	if err != nil {
		return ""
	}
	return s
}

// firmwareTable gives the SMBIOS structures. The system puts eight bytes
// before them (RawSMBIOSData): one of method, three of version, four of length.
func firmwareTable() []byte {
	const rsmb = 'R'<<24 | 'S'<<16 | 'M'<<8 | 'B'
	get := windows.NewLazySystemDLL("kernel32.dll").NewProc("GetSystemFirmwareTable")
	if get.Find() != nil {
		return nil
	}
	n, _, _ := get.Call(rsmb, 0, 0, 0)
	if n <= 8 || n > 1<<20 {
		return nil
	}
	b := make([]byte, n)
	got, _, _ := get.Call(rsmb, 0, uintptr(unsafe.Pointer(&b[0])), n)
	if got <= 8 || got > n {
		return nil
	}
	return b[8:got]
}

// Control codes of winioctl.h.
const (
	ioctlStorageQueryProperty   = 0x2d1400
	ioctlStorageGetDeviceNumber = 0x2d1080
)

// diskSerial is the serial number of the disk on which the system stands.
// Handles without access rights suffice, so that any user may ask.
func diskSerial() string {
	dir, err := windows.GetSystemWindowsDirectory()
	if err != nil || len(dir) < 2 || dir[1] != ':' {
		return ""
	}
	volume, err := openDevice(`\\.\` + dir[:2])
	if err != nil {
		return ""
	}
	defer windows.CloseHandle(volume)
	var number struct{ kind, disk, partition uint32 }
	var n uint32
	err = windows.DeviceIoControl(volume, ioctlStorageGetDeviceNumber, nil, 0,
		(*byte)(unsafe.Pointer(&number)), uint32(unsafe.Sizeof(number)), &n, nil)
	if err == nil {
		if disk, err := openDevice(fmt.Sprintf(`\\.\PhysicalDrive%d`, number.disk)); err == nil {
			defer windows.CloseHandle(disk)
			if s := serialOf(disk); s != "" {
				return s
			}
		}
	}
	return serialOf(volume)
}

func openDevice(name string) (windows.Handle, error) {
	p, err := windows.UTF16PtrFromString(name)
	if err != nil {
		return 0, err
	}
	return windows.CreateFile(p, 0, windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE, nil, windows.OPEN_EXISTING, 0, 0)
}

func serialOf(h windows.Handle) string {
	// STORAGE_PROPERTY_QUERY: StorageDeviceProperty, PropertyStandardQuery.
	var query struct {
		property, kind uint32
		more           [4]byte
	}
	b := make([]byte, 1024)
	var n uint32
	err := windows.DeviceIoControl(h, ioctlStorageQueryProperty, (*byte)(unsafe.Pointer(&query)), uint32(unsafe.Sizeof(query)),
		&b[0], uint32(len(b)), &n, nil)
	if err != nil || n > uint32(len(b)) {
		return ""
	}
	return descriptorSerial(b[:n])
}

// foreign are words in the names of adapters that are not part of the machine.
var foreign = []string{
	"virtual", "vpn", "tap-", "tunnel", "wireguard", "hyper-v", "vmware", "virtualbox", "vethernet", "loopback",
	"usb", "bluetooth", "dock", "miniport", "wan ", "npcap", "fortinet", "cisco anyconnect", "pangp", "zscaler",
}

// adapters are the addresses of the built-in Ethernet and Wi-Fi adapters.
func adapters() []string {
	const flags = windows.GAA_FLAG_SKIP_UNICAST | windows.GAA_FLAG_SKIP_ANYCAST | windows.GAA_FLAG_SKIP_MULTICAST | windows.GAA_FLAG_SKIP_DNS_SERVER
	size := uint32(15000)
	var list []byte
	for range 4 { // the size may grow between asking and getting
		list = make([]byte, size)
		err := windows.GetAdaptersAddresses(windows.AF_UNSPEC, flags, 0, (*windows.IpAdapterAddresses)(unsafe.Pointer(&list[0])), &size)
		if err == nil {
			break
		}
		list = nil
		if err != windows.ERROR_BUFFER_OVERFLOW || size == 0 {
			return nil
		}
	}
	if list == nil || size == 0 {
		return nil
	}
	var out []string
	for a := (*windows.IpAdapterAddresses)(unsafe.Pointer(&list[0])); a != nil; a = a.Next {
		if a.IfType != windows.IF_TYPE_ETHERNET_CSMACD && a.IfType != windows.IF_TYPE_IEEE80211 || a.PhysicalAddressLength != 6 {
			continue
		}
		name := strings.ToLower(windows.UTF16PtrToString(a.Description))
		builtin := true
		for _, w := range foreign {
			builtin = builtin && !strings.Contains(name, w)
		}
		if mac := net.HardwareAddr(a.PhysicalAddress[:6]); builtin && fixed(mac) {
			out = append(out, mac.String())
		}
	}
	return out
}

// domain is the domain that the machine has joined; "" for none.
func domain() string {
	var name *uint16
	var status uint32
	if err := windows.NetGetJoinInformation(nil, &name, &status); err != nil {
		return ""
	}
	defer windows.NetApiBufferFree((*byte)(unsafe.Pointer(name)))
	if status != windows.NetSetupDomainName {
		return ""
	}
	return windows.UTF16PtrToString(name)
}
