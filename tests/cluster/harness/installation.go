package harness

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
)

// Install creates what states of Domino's Terraform modules describe, as Terraform would, and
// returns the ids that AWS chose by those of the states; see ../emulator/installation.py.
func (e *Emulator) Install(states ...string) (map[string]string, error) {
	ids := map[string]string{}
	return ids, e.installation(&ids, append([]string{"make", e.URL}, states...)...)
}

// Held is something that an account holds.
type Held struct {
	Description Object
	Tags        map[string]string
}

// Held returns everything that the account of an installation holds, by kind and id.
func (e *Emulator) Held() (map[string]Held, error) {
	held := map[string]Held{}
	return held, e.installation(&held, "look", e.URL)
}

func (e *Emulator) installation(into any, args ...string) error {
	command := exec.Command(e.python, append([]string{"-m", "installation"}, args...)...)
	command.Env = append(os.Environ(), "PYTHONPATH="+e.source, "PYTHONDONTWRITEBYTECODE=1")
	var said strings.Builder
	command.Stderr = &said
	out, err := command.Output()
	if err != nil {
		return fmt.Errorf("installation %s: %w\n%s", args[0], err, said.String())
	}
	return json.Unmarshal(out, into)
}

// put changes the emulator itself; see ../emulator/aws/control.py.
func (e *Emulator) put(path string, value any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return err
	}
	url := e.URL + "/emulator/" + path
	request, err := http.NewRequest(http.MethodPut, url, bytes.NewReader(data))
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, answer.Status)
	}
	return nil
}
