package signin

import (
	"context"
	"strings"
	"testing"
)

func TestHasher(t *testing.T) {
	ctx := context.Background()
	cheap, dear := NewHasher(Cost{Memory: 64, Time: 1, Threads: 1}), NewHasher(Cost{Memory: 128, Time: 2, Threads: 2})
	one, err := cheap.Hash(ctx, "perché-no-così")
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := cheap.Hash(ctx, "perché-no-così"); again == one || !strings.HasPrefix(one, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Errorf("hashes %s, %s", one, again)
	}
	for _, c := range []struct {
		h         *Hasher
		hash, try string
		ok, stale bool
	}{
		{cheap, one, "perché-no-così", true, false},
		{cheap, one, "perche-no-cosi", false, false},
		{cheap, one, "", false, false},
		{dear, one, "perché-no-così", true, true},
		{cheap, "", "perché-no-così", false, false},
		{cheap, "", "", false, false},
	} {
		ok, stale, err := c.h.Check(ctx, c.hash, c.try)
		if err != nil || ok != c.ok || stale != c.stale {
			t.Errorf("%q against %q: %t %t %v", c.try, c.hash, ok, stale, err)
		}
	}
	for _, bad := range []string{
		"x", "$argon2i$v=19$m=64,t=1,p=1$AAAA$AAAA", "$argon2id$v=16$m=64,t=1,p=1$AAAA$AAAA", "$argon2id$v=19$m=64,t=0,p=1$AAAA$" + strings.Repeat("A", 43),
		"$argon2id$v=19$m=99999999,t=1,p=1$AAAA$" + strings.Repeat("A", 43), "$argon2id$v=19$m=64,t=1,p=1$AAAA$AAAA", "$argon2id$v=19$m=64,t=1,p=1$!$" + strings.Repeat("A", 43),
	} {
		if ok, _, err := cheap.Check(ctx, bad, "x"); ok || err == nil {
			t.Errorf("%q is taken for a hash", bad)
		} else if strings.Contains(err.Error(), bad) {
			t.Errorf("the error quotes the hash: %v", err)
		}
	}
	over, cancel := context.WithCancel(ctx)
	cancel()
	full := &Hasher{cost: cheap.cost, slots: make(chan struct{}, 1), dummy: cheap.dummy}
	full.slots <- struct{}{}
	if _, err := full.Hash(over, "x"); err == nil {
		t.Error("a hash was made while every slot was taken")
	}
}
