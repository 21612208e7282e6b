package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"indagor/cmd/anpr-simulator/sim"
)

type serveCommand struct {
	Addr          string        `help:"Address to listen on; port 0 takes a free one." default:"127.0.0.1:8091"`
	Seed          uint64        `help:"Makes the population and every random choice." default:"1"`
	Population    int           `help:"Synthetic persons beside the fixed cast." default:"200000"`
	Body          string        `help:"ISTAT code of the own Comune." default:"036030"`
	Clients       string        `help:"File of clients, as provision writes it." type:"existingfile"`
	AudienceHost  string        `help:"Scheme and host in the aud of the e-services." default:"https://modipa-val.anpr.interno.it"`
	TokenAudience string        `help:"aud wanted in a client assertion." default:"auth.uat.interop.pagopa.it/client-assertion"`
	Quota         []string      `help:"Calls a day: a number for every e-service, or C020=2000 for one; repeatable. A negative number means no limit." placeholder:"[CODE=]N"`
	MaxConcurrent int           `help:"Calls served at once; 0 means no limit."`
	TokenLimit    int           `help:"Vouchers a client may ask for in a second; 0 means no limit."`
	Latency       time.Duration `help:"Added to every call."`
	Fault         []string      `help:"Fault to begin with, kind[:service][:rate][:delay]; repeatable. Kinds: slow too_many limit gw503 ko999 http500 broken_json cut token_down token_429 wrong_clock." placeholder:"FAULT"`
	Journal       string        `help:"File to which every call is appended as a line of JSON."`
	Control       bool          `help:"Open /_sim/faults, /_sim/journal and /_sim/cast."`
	TLSCert       string        `help:"Certificate chain, PEM." name:"tls-cert"`
	TLSKey        string        `help:"Its key, PEM." name:"tls-key"`
}

// grace is how long open calls may take to end after the stop.
const grace = 10 * time.Second

// config makes the simulator's configuration of the flags.
func (c *serveCommand) config() (sim.Config, error) {
	cfg := sim.Config{
		Seed: c.Seed, Population: c.Population, Body: c.Body, AudienceHost: c.AudienceHost, TokenAudience: c.TokenAudience,
		MaxConcurrent: c.MaxConcurrent, TokenLimit: c.TokenLimit, Latency: c.Latency, Control: c.Control,
	}
	for _, text := range c.Quota {
		code, number, one := strings.Cut(text, "=")
		if !one {
			number = code
		}
		n, err := strconv.Atoi(number)
		if err != nil {
			return cfg, fmt.Errorf("quota %q is not [CODE=]N", text)
		}
		if !one {
			cfg.Quota = n
			continue
		}
		if sim.Path(code) == "" {
			return cfg, fmt.Errorf("quota %q: unknown e-service", text)
		}
		if cfg.QuotaOf == nil {
			cfg.QuotaOf = make(map[string]int)
		}
		cfg.QuotaOf[code] = n
	}
	for _, text := range c.Fault {
		f, err := sim.ParseFault(text)
		if err != nil {
			return cfg, err
		}
		cfg.Faults = append(cfg.Faults, f)
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return cfg, errors.New("--tls-cert and --tls-key go together")
	}
	if c.Clients != "" {
		clients, err := sim.ReadClients(c.Clients)
		if err != nil {
			return cfg, err
		}
		cfg.Clients = clients
	}
	return cfg, nil
}

func (c *serveCommand) Run(con *console) (err error) {
	cfg, err := c.config()
	if err != nil {
		return err
	}
	if c.Journal != "" {
		file, e := os.OpenFile(c.Journal, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if e != nil {
			return e
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		cfg.Journal = io.Writer(file)
	}
	s, err := sim.New(cfg)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return err
	}
	scheme := "http"
	if c.TLSCert != "" {
		scheme = "https"
	}
	fmt.Fprintf(con.out, "listening on %s://%s\n", scheme, listener.Addr())
	fmt.Fprintf(con.out, "%d persons, seed %d, own Comune %s, %d clients\n", s.Len(), c.Seed, c.Body, len(cfg.Clients))

	server := &http.Server{Handler: s.Handler(), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	ended := make(chan error, 1)
	go func() {
		if c.TLSCert != "" {
			ended <- server.ServeTLS(listener, c.TLSCert, c.TLSKey)
			return
		}
		ended <- server.Serve(listener)
	}()
	select {
	case err := <-ended:
		return err
	case <-con.ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(con.ctx), grace)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		return errors.Join(err, server.Close())
	}
	return nil
}
