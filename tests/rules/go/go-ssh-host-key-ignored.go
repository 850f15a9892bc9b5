package machines

import (
	"net"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

func configs(key ssh.PublicKey) {
	// ruleid: go-ssh-host-key-ignored
	first := &ssh.ClientConfig{HostKeyCallback: ssh.InsecureIgnoreHostKey()}
	// ruleid: go-ssh-host-key-ignored
	first.HostKeyCallback = func(host string, address net.Addr, key ssh.PublicKey) error { return nil }
	// ok: go-ssh-host-key-ignored
	second := &ssh.ClientConfig{HostKeyCallback: ssh.FixedHostKey(key)}
	// ok: go-ssh-host-key-ignored
	callback, _ := knownhosts.New("/srv/known_hosts")
	// ok: go-ssh-host-key-ignored
	second.HostKeyCallback = callback
}

func logged(known ssh.HostKeyCallback) {
	// ruleid: go-ssh-host-key-ignored
	use(&ssh.ClientConfig{HostKeyCallback: func(host string, address net.Addr, key ssh.PublicKey) error {
		println(host)
		return nil
	}})
	// ok: go-ssh-host-key-ignored
	use(&ssh.ClientConfig{HostKeyCallback: func(host string, address net.Addr, key ssh.PublicKey) error {
		return known(host, address, key)
	}})
}
