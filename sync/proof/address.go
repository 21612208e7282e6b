package proof

import (
	"errors"
	"net/url"
	"strings"
)

// normalize gives the form in which two addresses are compared (RFC 3986
// §6.2.2 and §6.2.3): scheme and host in lower case, no default port, no
// user, query or fragment, percent-encodings in upper case and only where
// needed, no dot segments, "/" for the empty path.
func normalize(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", errors.New("no address") // the parser's message quotes it
	}
	scheme := strings.ToLower(u.Scheme)
	host := strings.ToLower(u.Hostname())
	if scheme != "http" && scheme != "https" || host == "" || strings.ContainsFunc(host, unfit) || u.User != nil || u.Opaque != "" {
		return "", errors.New("no address of http")
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	port := u.Port()
	if port != "" && !(scheme == "http" && port == "80") && !(scheme == "https" && port == "443") {
		host += ":" + port
	}
	return scheme + "://" + host + plainPath(u.EscapedPath()), nil
}

// plainPath normalises the encodings of a path, then its dot segments
// (RFC 3986 §5.2.4).
func plainPath(p string) string {
	p = plainEncoding(p)
	if !strings.HasPrefix(p, "/") {
		p = "/" + p
	}
	if !strings.Contains(p, "/.") {
		return p
	}
	var out []string
	segs := strings.Split(p[1:], "/")
	for i, s := range segs {
		last := i == len(segs)-1
		switch s {
		case ".":
			if last {
				out = append(out, "")
			}
		case "..":
			if len(out) > 0 {
				out = out[:len(out)-1]
			}
			if last {
				out = append(out, "")
			}
		default:
			out = append(out, s)
		}
	}
	return "/" + strings.Join(out, "/")
}

// plainEncoding decodes what needs no encoding and writes the rest in upper
// case. The path comes from a parser that has already refused broken
// encodings.
func plainEncoding(p string) string {
	if !strings.Contains(p, "%") {
		return p
	}
	var b strings.Builder
	for i := 0; i < len(p); i++ {
		if p[i] != '%' || i+2 >= len(p) {
			b.WriteByte(p[i])
			continue
		}
		c := unhex(p[i+1])<<4 | unhex(p[i+2])
		if unreserved(c) {
			b.WriteByte(c)
		} else {
			b.WriteString(strings.ToUpper(p[i : i+3]))
		}
		i += 2
	}
	return b.String()
}

func unhex(c byte) byte {
	switch {
	case c >= 'a':
		return c - 'a' + 10
	case c >= 'A':
		return c - 'A' + 10
	}
	return c - '0'
}

// unreserved is the set of RFC 3986 §2.3.
func unreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
		c == '-' || c == '.' || c == '_' || c == '~'
}

// unfit says which characters no host has: internationalised names are sent
// in their ASCII form, and zones of IPv6 name an interface of one machine.
func unfit(r rune) bool {
	return !(r < 0x80 && unreserved(byte(r))) && r != ':'
}
