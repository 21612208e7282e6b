//go:build !unix

package storetest

import "os/exec"

func owner(string) (as func(*exec.Cmd), err error) { return nil, errAbsent }
