package device

import "net"

// fixed reports whether an address was burnt into an adapter by its maker: six
// bytes, not zero, for one receiver, not chosen locally (as virtual machines,
// VPNs and private Wi-Fi addresses are; IEEE 802 §8.2).
func fixed(a net.HardwareAddr) bool {
	if len(a) != 6 || a[0]&0x03 != 0 {
		return false
	}
	for _, b := range a {
		if b != 0 {
			return true
		}
	}
	return false
}
