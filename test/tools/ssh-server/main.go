// An SSH server for tests, on a port of 127.0.0.1 that it prints: it has the host key HOST, lets in whoever has the key USER
// (its public half), and runs what it is asked to. Debian's openssh-server would start one for everybody as it is installed.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"os/exec"

	"golang.org/x/crypto/ssh"
)

func main() {
	if len(os.Args) != 3 {
		log.Fatal("ssh-server HOST USER.pub")
	}
	hostKey := must(ssh.ParsePrivateKey(must(os.ReadFile(os.Args[1]))))
	userKey, _, _, _, err := ssh.ParseAuthorizedKey(must(os.ReadFile(os.Args[2])))
	must(userKey, err)
	config := &ssh.ServerConfig{PublicKeyCallback: func(_ ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
		if bytes.Equal(key.Marshal(), userKey.Marshal()) {
			return nil, nil
		}
		return nil, errors.New("another key")
	}}
	config.AddHostKey(hostKey)
	listener := must(net.Listen("tcp", "127.0.0.1:0"))
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	for {
		go serve(must(listener.Accept()), config)
	}
}

// A client that goes away before it is let in is no error: tests of refusals are such clients.
func serve(connection net.Conn, config *ssh.ServerConfig) {
	_, channels, requests, err := ssh.NewServerConn(connection, config)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	for offered := range channels {
		if offered.ChannelType() != "session" {
			offered.Reject(ssh.UnknownChannelType, "sessions alone")
			continue
		}
		if channel, requests, err := offered.Accept(); err == nil {
			go session(channel, requests)
		}
	}
}

func session(channel ssh.Channel, requests <-chan *ssh.Request) {
	for request := range requests {
		var asked struct{ Command string }
		isCommand := request.Type == "exec" && ssh.Unmarshal(request.Payload, &asked) == nil
		if request.WantReply {
			request.Reply(isCommand, nil)
		}
		if isCommand {
			go run(channel, asked.Command)
		}
	}
}

func run(channel ssh.Channel, text string) {
	defer channel.Close()
	command := exec.Command("sh", "-c", text)
	command.Stdout, command.Stderr = channel, channel.Stderr()
	// Not command.Stdin: Wait would wait for a client that does not end what it sends before it has the status.
	input := must(command.StdinPipe())
	must(0, command.Start())
	go func() {
		io.Copy(input, channel)
		input.Close()
	}()
	command.Wait()
	status := struct{ Status uint32 }{uint32(command.ProcessState.ExitCode())}
	channel.SendRequest("exit-status", false, ssh.Marshal(status))
}

func must[Value any](value Value, err error) Value {
	if err != nil {
		log.Fatal(err)
	}
	return value
}
