package harness

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"time"

	"github.com/dominoc/dominoc/tests/iam"
)

// Emulator is a running emulator of AWS; see ../emulator/aws/__init__.py.
type Emulator struct {
	URL string

	python, source, folder string
	process                *process
}

// Settings of an emulator.
type Settings struct {
	Delay    time.Duration // how long EKS takes for what it makes
	Existing string        // file of what was there before; see ../emulator/aws/existing.py
}

// StartEmulator starts an emulator on the loopback address and waits until it
// answers. Stop it when done.
func StartEmulator(s Settings) (*Emulator, error) {
	m, err := newModules()
	if err != nil {
		return nil, err
	}
	source := m.folder("tests/cluster/emulator")
	python, err := m.python(filepath.Join(source, "requirements.txt"))
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "dominoc-aws")
	if err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	e := &Emulator{URL: fmt.Sprintf("http://127.0.0.1:%d", port), python: python, source: source, folder: folder}
	if err := os.WriteFile(e.token(), []byte("emulated"), 0o600); err != nil {
		return nil, err
	}
	args := []string{
		"-m", "aws", "--port", strconv.Itoa(port), "--calls", e.record(), "--delay", fmt.Sprintf("%g", s.Delay.Seconds()),
		"--offerings", m.folder("schema/catalog/data/ec2-offerings.csv"), // the table of the compiler
	}
	if s.Existing != "" {
		args = append(args, "--existing", s.Existing)
	}
	if e.process, err = start(folder, "aws", python, []string{"PYTHONPATH=" + source, "PYTHONDONTWRITEBYTECODE=1"}, args...); err != nil {
		return nil, err
	}
	if err := e.process.until(patience, e.answers); err != nil {
		return nil, errors.Join(err, e.Stop())
	}
	return e, nil
}

func (e *Emulator) answers() error {
	answer, err := http.Get(e.URL + "/moto-api/")
	if err != nil {
		return err
	}
	return answer.Body.Close()
}

// Stop ends the emulator, whose state is lost.
func (e *Emulator) Stop() error {
	e.process.stop()
	return os.RemoveAll(e.folder)
}

// Environment returns variables with which the SDK of a program calls the emulator for every
// service, as an account that may assume any role. They include the token of a service
// account, without which provider-aws refuses a configuration with IRSA; the SDK looks for
// keys first. The emulator is also the proxy for all other hosts, and refuses their
// requests: S3 Control prefixes the host with the account's number, a name that does not
// resolve; other hosts are AWS's own. Kubernetes on the loopback address is not proxied.
func (e *Emulator) Environment() []string {
	return []string{
		"AWS_ENDPOINT_URL=" + e.URL, "HTTP_PROXY=" + e.URL, "HTTPS_PROXY=" + e.URL, "NO_PROXY=", "no_proxy=",
		"AWS_ACCESS_KEY_ID=emulated", "AWS_SECRET_ACCESS_KEY=emulated",
		"AWS_WEB_IDENTITY_TOKEN_FILE=" + e.token(), "AWS_ROLE_ARN=arn:aws:iam::123456789012:role/emulated",
		"AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null",
	}
}

// Call is a call that the emulator received.
type Call struct {
	Account, Region, Service, Operation string
	Role                                string // ARN of the one whose credentials signed it
	Request
	Made        []string  // ARNs of what the call makes, with * for ids that AWS chooses
	Implied     []Request // what AWS asks for in the same breath, such as to hand on a role
	Status      int
	Error, Body string // where AWS refused
	Stray       string // where a connection was going that passed the emulator by
}

// Request is a request as IAM evaluates it; see ../emulator/aws/conditions.py.
type Request struct {
	Action    string
	Resources []string                       // ARNs of what is named
	Context   map[string][]string            // condition keys of the request
	Facts     map[string]map[string][]string // those of each resource that there is, as it was before
}

// Calls returns all calls so far.
func (e *Emulator) Calls() ([]Call, error) {
	file, err := os.Open(e.record())
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var calls []Call
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var call Call
		if err := json.Unmarshal(lines.Bytes(), &call); err != nil {
			return nil, fmt.Errorf("%s: %w", e.record(), err)
		}
		calls = append(calls, call)
	}
	return calls, lines.Err()
}

// SetNodeGroup sets attributes of a node group without a call of AWS's API; see
// ../emulator/aws/control.py.
func (e *Emulator) SetNodeGroup(account, region, cluster, name string, attributes Object) error {
	return e.put(path.Join("node-groups", account, region, cluster, name), attributes)
}

// Limit has AWS refuse what the policies of a role do not allow, from now on. types are the
// ARNs, as patterns, of what each action may be about; see ../emulator/aws/permissions.py.
func (e *Emulator) Limit(role string, statements []iam.Statement, types map[string][]string) error {
	return e.put("permissions", Object{"role": role, "statements": statements, "types": types})
}

func (e *Emulator) record() string { return filepath.Join(e.folder, "calls.jsonl") }

func (e *Emulator) token() string { return filepath.Join(e.folder, "token") }

func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}
