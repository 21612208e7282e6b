package sim

import (
	"hash/fnv"
	"strconv"
)

// mix hashes two numbers into one (the finalizer of splitmix64 applied to
// both). It is what every "random" choice is made of.
func mix(a, b uint64) uint64 {
	x := a*0x9e3779b97f4a7c15 + b
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	x ^= x >> 31
	x += a ^ 0x2545f4914f6cdd1d
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	return x
}

// stableUUID names a thing always in the same way, whatever the seed.
func stableUUID(kind, name string) string {
	h := fnv.New64a()
	h.Write([]byte(kind))
	h.Write([]byte{0})
	h.Write([]byte(name))
	return formatUUID(mix(h.Sum64(), 1), mix(h.Sum64(), 2))
}

// A national id has the form AF41450AS: two letters, five digits, two
// characters. The simulator's own end in two letters; that gives
// 26²·10⁵·26² = 45,697,600,000 ids. An index is turned into an id, and back,
// by a permutation of these: a four-round Feistel network on 36 bits, walked
// until it falls inside the range.
const (
	idCount  = 26 * 26 * 100_000 * 26 * 26
	halfBits = 18
	halfMask = 1<<halfBits - 1
	// secondPosition is added to the index of a person for his second
	// position, when he has two.
	secondPosition = 1 << 34
)

func feistel(key, x uint64) uint64 {
	l, r := x>>halfBits, x&halfMask
	for round := range uint64(4) {
		l, r = r, l^mix(key+round, r)&halfMask
	}
	return l<<halfBits | r
}

func feistelBack(key, x uint64) uint64 {
	l, r := x>>halfBits, x&halfMask
	for round := range uint64(4) {
		l, r = r^mix(key+3-round, l)&halfMask, l
	}
	return l<<halfBits | r
}

// encodeID makes the national id of an index below idCount.
func encodeID(seed, index uint64) string {
	x := index
	for {
		if x = feistel(seed, x); x < idCount {
			break
		}
	}
	var b [9]byte
	for _, i := range [...]int{8, 7} {
		b[i] = byte('A' + x%26)
		x /= 26
	}
	for _, i := range [...]int{6, 5, 4, 3, 2} {
		b[i] = byte('0' + x%10)
		x /= 10
	}
	for _, i := range [...]int{1, 0} {
		b[i] = byte('A' + x%26)
		x /= 26
	}
	return string(b[:])
}

// decodeID is the inverse of encodeID.
func decodeID(seed uint64, id string) (index uint64, ok bool) {
	if len(id) != 9 {
		return 0, false
	}
	var x uint64
	for i := range len(id) {
		c := id[i]
		if i >= 2 && i <= 6 {
			if c < '0' || c > '9' {
				return 0, false
			}
			x = x*10 + uint64(c-'0')
			continue
		}
		if c < 'A' || c > 'Z' {
			return 0, false
		}
		x = x*26 + uint64(c-'A')
	}
	for {
		if x = feistelBack(seed, x); x < idCount {
			return x, true
		}
	}
}

// choice draws the numbers that make one thing, one after the other.
type choice struct{ key, n uint64 }

func (c *choice) next() uint64 {
	c.n++
	return mix(c.key, c.n)
}

// below draws a number in [0, n).
func (c *choice) below(n int) int {
	if n <= 1 {
		return 0
	}
	return int(c.next() % uint64(n))
}

// between draws a number in [low, high]; high below low counts as low.
func (c *choice) between(low, high int) int { return low + c.below(high-low+1) }

// percent is true so many times in a hundred.
func (c *choice) percent(p int) bool { return c.below(100) < p }

// day draws a day of a year.
func (c *choice) day(year int) Date { return NewDate(year, c.between(1, 12), c.between(1, 28)) }

func itoa(n int) string { return strconv.Itoa(n) }
