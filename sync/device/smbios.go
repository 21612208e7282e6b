package device

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// smbios is what we read of the SMBIOS structures (DMTF DSP0134).
type smbios struct {
	uuid  string // of the system, type 1
	maker string // of the board, type 2
	board string // model of the board, type 2
}

// parseSMBIOS walks the structures. It reads what it can and stops at the
// first thing that makes no sense.
func parseSMBIOS(b []byte) smbios {
	var s smbios
	for len(b) >= 4 {
		kind, size := b[0], int(b[1])
		if size < 4 || size > len(b) {
			break
		}
		formatted := b[:size]
		texts, rest, ok := smbiosTexts(b[size:])
		if !ok {
			break
		}
		switch kind {
		case 1:
			if size >= 24 && s.uuid == "" {
				s.uuid = smbiosUUID(formatted[8:24])
			}
		case 2:
			if size >= 6 && s.board == "" {
				s.maker, s.board = text(texts, formatted[4]), text(texts, formatted[5])
			}
		case 127: // end of table
			return s
		}
		b = rest
	}
	return s
}

// smbiosTexts reads the strings after a structure: each ends with a zero, and
// all of them with another; none at all is two zeros.
func smbiosTexts(b []byte) (texts []string, rest []byte, ok bool) {
	if bytes.HasPrefix(b, []byte{0, 0}) {
		return nil, b[2:], true
	}
	for {
		i := bytes.IndexByte(b, 0)
		if i < 0 {
			return nil, nil, false
		}
		if i == 0 {
			return texts, b[1:], true
		}
		texts, b = append(texts, string(b[:i])), b[i+1:]
	}
}

func text(texts []string, n byte) string {
	if n == 0 || int(n) > len(texts) {
		return ""
	}
	return texts[n-1]
}

// smbiosUUID writes a UUID whose first three fields are little-endian, as the
// standard has it since 2.6.
func smbiosUUID(b []byte) string {
	return fmt.Sprintf("%08x-%04x-%04x-%x-%x", binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint16(b[4:]),
		binary.LittleEndian.Uint16(b[6:]), b[8:10], b[10:16])
}
