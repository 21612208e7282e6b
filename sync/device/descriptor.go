package device

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// descriptorSerial reads the serial number out of a STORAGE_DEVICE_DESCRIPTOR
// of Windows: at byte 24 stands the offset of a text that ends with zero, or
// zero for none.
func descriptorSerial(b []byte) string {
	if len(b) < 28 {
		return ""
	}
	at := binary.LittleEndian.Uint32(b[24:])
	if at < 28 || uint64(at) >= uint64(len(b)) {
		return ""
	}
	text, _, _ := bytes.Cut(b[at:], []byte{0})
	return strings.TrimSpace(string(text))
}
