// Command anpr-simulator answers in the place of PDND and ANPR, for
// demonstrations, tests and benchmarks: a strict provider over a synthetic
// population. See package sim for what it does; this command gives it an
// address and a configuration.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

type commands struct {
	Serve     serveCommand     `cmd:"" help:"Listen and answer."`
	Provision provisionCommand `cmd:"" help:"Write a client's key, the clients file and the configuration of a server that will call."`
	Keygen    keygenCommand    `cmd:"" help:"Write an RSA key pair."`
	Cast      castCommand      `cmd:"" help:"List the fixed persons as JSON."`
}

// console is where a command writes, and how long it may run.
type console struct {
	ctx context.Context
	out io.Writer
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "anpr-simulator:", err)
		stop()
		os.Exit(1)
	}
}

// run carries one command out.
func run(ctx context.Context, args []string, out io.Writer) error {
	var c commands
	parser, err := kong.New(&c, kong.Name("anpr-simulator"), kong.Writers(out, out),
		kong.Description("A strict stand-in of PDND and ANPR over a synthetic population."))
	if err != nil {
		return err
	}
	k, err := parser.Parse(args)
	if err != nil {
		return err
	}
	return k.Run(&console{ctx, out})
}
