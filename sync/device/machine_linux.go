package device

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/user"
	"path/filepath"
	"strings"

	"github.com/shirou/gopsutil/v3/cpu"
	"github.com/shirou/gopsutil/v3/host"
	"golang.org/x/sys/unix"
)

// This tells about this machine. What only root could read is left out.
func This() Machine {
	t := tree("/")
	return Machine{
		MachineID: func(context.Context) string { return t.first("etc/machine-id", "var/lib/dbus/machine-id") },
		Table:     func(context.Context) []byte { return t.bytes("sys/firmware/dmi/tables/DMI") },
		Product:   func(context.Context) []string { return t.product() },
		Disk:      func(context.Context) string { return t.disk(rootDevice()) },
		Board: func(context.Context) []string {
			return []string{t.read("sys/class/dmi/id/board_vendor"), t.read("sys/class/dmi/id/board_name")}
		},
		Processor: func(ctx context.Context) string {
			infos, err := cpu.InfoWithContext(ctx)
			if err != nil || len(infos) == 0 {
				return ""
			}
			return infos[0].ModelName
		},
		Adapters: func(context.Context) []string { return t.adapters() },
		System:   func(context.Context) []string { return t.system() },
		Name:     func(context.Context) string { n, _ := os.Hostname(); return n },
		User:     osUser,
		Title:    osTitle,
	}
}

func osUser(context.Context) string {
	u, err := user.Current()
	if err != nil {
		return os.Getenv("USER")
	}
	return u.Username
}

func osTitle(ctx context.Context) string {
	platform, _, version, err := host.PlatformInformationWithContext(ctx)
	if err != nil || platform == "" {
		return "linux"
	}
	return platform + " " + version
}

// tree is the root of the files that Linux tells by.
type tree string

func (t tree) path(name string) string { return filepath.Join(string(t), name) }

func (t tree) bytes(name string) []byte {
	b, err := os.ReadFile(t.path(name))
	if err != nil {
		return nil
	}
	return b
}

func (t tree) read(name string) string { return strings.TrimSpace(string(t.bytes(name))) }

func (t tree) first(names ...string) string {
	for _, n := range names {
		if s := t.read(n); s != "" {
			return s
		}
	}
	return ""
}

// product is the UUID of the system, which often only root may read, or else
// who made it and what it is.
func (t tree) product() []string {
	if id := t.read("sys/class/dmi/id/product_uuid"); sound([]string{id}) != "" {
		return []string{id}
	}
	return []string{
		t.read("sys/class/dmi/id/sys_vendor"), t.read("sys/class/dmi/id/product_name"),
		t.read("sys/class/dmi/id/board_name"),
	}
}

// rootDevice is the number of the device on which the system stands, as in
// "8:2"; "" where it is on none.
func rootDevice() string {
	var st unix.Stat_t
	if unix.Stat("/", &st) != nil || unix.Major(uint64(st.Dev)) == 0 {
		return ""
	}
	return fmt.Sprintf("%d:%d", unix.Major(uint64(st.Dev)), unix.Minor(uint64(st.Dev)))
}

// disk is the serial number of the disk under a device: of the disk of a
// partition, of the first disk under a mapped device.
func (t tree) disk(device string) string {
	if device == "" {
		device = t.mounted()
	}
	for range 8 { // partition on LUKS on LVM on RAID on disk, and some
		if device == "" {
			return ""
		}
		dir, err := filepath.EvalSymlinks(t.path("sys/dev/block/" + device))
		if err != nil {
			return ""
		}
		if _, err := os.Stat(filepath.Join(dir, "partition")); err == nil {
			dir = filepath.Dir(dir)
		}
		if below, err := os.ReadDir(filepath.Join(dir, "slaves")); err == nil && len(below) > 0 {
			b, err := os.ReadFile(filepath.Join(dir, "slaves", below[0].Name(), "dev"))
			if err != nil {
				return ""
			}
			device = strings.TrimSpace(string(b))
			continue
		}
		return t.serial(dir)
	}
	return ""
}

// serial is what a disk is called by its maker, as udev read it or as the
// kernel tells it.
func (t tree) serial(dir string) string {
	number, err := os.ReadFile(filepath.Join(dir, "dev"))
	if err == nil {
		told := map[string]string{}
		for line := range strings.Lines(t.read("run/udev/data/b" + strings.TrimSpace(string(number)))) {
			if k, v, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "E:"), "="); ok {
				told[k] = v
			}
		}
		for _, k := range []string{"ID_SERIAL_SHORT", "ID_WWN", "ID_SERIAL"} {
			if told[k] != "" {
				return told[k]
			}
		}
	}
	for _, name := range []string{"device/serial", "serial", "device/wwid", "wwid", "device/cid"} {
		if b, err := os.ReadFile(filepath.Join(dir, name)); err == nil && strings.TrimSpace(string(b)) != "" {
			return string(b)
		}
	}
	return ""
}

// mounted is the number of the device mounted on /, for file systems that have
// one of their own, as btrfs does.
func (t tree) mounted() string {
	for line := range strings.Lines(t.read("proc/self/mountinfo")) {
		left, right, ok := strings.Cut(line, " - ")
		if f := strings.Fields(left); !ok || len(f) < 5 || f[4] != "/" {
			continue
		}
		f := strings.Fields(right)
		if len(f) < 2 || !strings.HasPrefix(f[1], "/dev/") {
			return ""
		}
		name, err := filepath.EvalSymlinks(t.path(f[1]))
		if err != nil {
			name = f[1]
		}
		return t.read("sys/class/block/" + filepath.Base(name) + "/dev")
	}
	return ""
}

// adapters are the addresses of network adapters that are part of the machine:
// with a device of their own that is not on USB, under an address of their
// maker's.
func (t tree) adapters() []string {
	entries, err := os.ReadDir(t.path("sys/class/net"))
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		dir := "sys/class/net/" + e.Name()
		device, err := filepath.EvalSymlinks(t.path(dir + "/device"))
		if err != nil || strings.Contains(device, "/usb") || strings.Contains(device, "/virtio") {
			continue
		}
		if kind := t.read(dir + "/addr_assign_type"); kind != "" && kind != "0" { // 0: permanent
			continue
		}
		if a, err := net.ParseMAC(t.read(dir + "/address")); err == nil && fixed(a) {
			out = append(out, a.String())
		}
	}
	return out
}

// system is the distribution, without its version, which is updated, and the
// domain.
func (t tree) system() []string {
	id := "linux"
	for line := range strings.Lines(t.read("etc/os-release")) {
		if v, ok := strings.CutPrefix(strings.TrimSpace(line), "ID="); ok {
			id = strings.Trim(v, `"'`)
		}
	}
	return []string{id, t.read("proc/sys/kernel/domainname")}
}
