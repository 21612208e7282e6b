package device

import (
	"os"
	"path/filepath"
	"testing"
)

// files makes a tree; a value that begins with "->" is a symbolic link.
func files(t *testing.T, content map[string]string) tree {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range content {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if len(text) > 2 && text[:2] == "->" {
			target := filepath.Join(root, text[2:])
			if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(target, path); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return tree(root)
}

func TestDisk(t *testing.T) {
	const sda = "sys/devices/pci0/block/sda"
	tr := files(t, map[string]string{
		sda + "/dev":                                     "8:0\n",
		sda + "/device/serial":                           "FROM-KERNEL\n",
		sda + "/sda2/partition":                          "2\n",
		sda + "/sda2/dev":                                "8:2\n",
		"sys/dev/block/8:0":                              "->" + sda,
		"sys/dev/block/8:2":                              "->" + sda + "/sda2",
		"sys/devices/virtual/block/dm-0/dev":             "253:0\n",
		"sys/devices/virtual/block/dm-0/slaves/sda2/dev": "8:2\n",
		"sys/dev/block/253:0":                            "->sys/devices/virtual/block/dm-0",
		"sys/class/block/sda2":                           "->" + sda + "/sda2",
		"proc/self/mountinfo": "22 1 0:21 / /proc rw - proc proc rw\n" +
			"23 1 0:30 /@ / rw,relatime shared:1 - btrfs /dev/sda2 rw,ssd\n",
	})
	for _, device := range []string{"8:0", "8:2", "253:0", ""} {
		if s := sound([]string{tr.disk(device)}); s != "from-kernel" {
			t.Errorf("%q: %q", device, s)
		}
	}
	if s := tr.disk("9:9"); s != "" {
		t.Errorf("%q", s)
	}
	udev := filepath.Join(string(tr), "run/udev/data")
	if err := os.MkdirAll(udev, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(udev, "b8:0"), []byte("S:disk/x\nE:ID_SERIAL=Model_S4E\nE:ID_SERIAL_SHORT=S4E\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if s := tr.disk("253:0"); s != "S4E" {
		t.Errorf("%q", s)
	}
}

func TestAdapters(t *testing.T) {
	nic := func(name, device, address, kind string) map[string]string {
		return map[string]string{
			"sys/class/net/" + name + "/device":           "->" + device,
			device + "/vendor":                            "x",
			"sys/class/net/" + name + "/address":          address + "\n",
			"sys/class/net/" + name + "/addr_assign_type": kind + "\n",
		}
	}
	content := map[string]string{"sys/class/net/lo/address": "00:00:00:00:00:00\n"}
	for _, n := range []map[string]string{
		nic("eth0", "sys/devices/pci0/0000:00:1f.6", "3c:18:a0:00:00:01", "0"),
		nic("eth1", "sys/devices/pci0/usb1/1-1", "3c:18:a0:00:00:02", "0"),
		nic("wlan0", "sys/devices/pci0/0000:02:00.0", "3c:18:a0:00:00:03", "3"),
		nic("eth2", "sys/devices/pci0/0000:03:00.0", "02:18:a0:00:00:04", "0"),
	} {
		for k, v := range n {
			content[k] = v
		}
	}
	content["sys/class/net/tun0/address"] = "3c:18:a0:00:00:05\n"
	got := files(t, content).adapters()
	if len(got) != 1 || got[0] != "3c:18:a0:00:00:01" {
		t.Errorf("%v", got)
	}
}

func TestSystemAndProduct(t *testing.T) {
	tr := files(t, map[string]string{
		"etc/os-release":                "NAME=\"Debian\"\nVERSION_ID=\"12\"\nID=debian\n",
		"proc/sys/kernel/domainname":    "comune.example\n",
		"sys/class/dmi/id/sys_vendor":   "LENOVO\n",
		"sys/class/dmi/id/product_name": "20XW\n",
		"var/lib/dbus/machine-id":       "abc\n",
		"sys/class/dmi/id/board_name":   "B\n",
	})
	if s := sound(tr.system()); s != "debian\ncomune.example" {
		t.Errorf("%q", s)
	}
	if s := sound(tr.product()); s != "lenovo\n20xw\nb" {
		t.Errorf("%q", s)
	}
	if s := tr.first("etc/machine-id", "var/lib/dbus/machine-id"); s != "abc" {
		t.Errorf("%q", s)
	}
	if err := os.WriteFile(tr.path("sys/class/dmi/id/product_uuid"), []byte("4C4C4544-0042\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if s := sound(tr.product()); s != "4c4c4544-0042" {
		t.Errorf("%q", s)
	}
}
