package process

import (
	"encoding/json"
	"os"
	"syscall"
	"time"

	"github.com/dominoc/dominoc/schema/guard"
)

// A restart begins a run again, in the same process with empty memory, after evaluations
// held too much: CUE makes a text of many GiB in one step that only the end of the program
// interrupts. The new program refuses the evaluations that held too much, reports them,
// and checks everything else; if several are suspected, it evaluates them one by one.
// Nothing was written or printed before, because commands evaluate first.
type restart struct {
	Begun   time.Time          `json:"begun"`   // the first program of the run
	Count   int                `json:"count"`   // programs before
	Refused []guard.Evaluation `json:"refused"` // what held too much in them
}

// A run restarts at most this often and for this long; then it evaluates nothing more.
const (
	mostRestarts = 15
	restartsFor  = 10 * time.Second
)

// restartVariable passes a restart to the next program. A user's value there can only
// refuse environments.
const restartVariable = "DOMINOC_RESTART"

// earlier returns the restart that the program before this one passed.
func earlier(now time.Time) restart {
	r := restart{Begun: now}
	if past := os.Getenv(restartVariable); past != "" && json.Unmarshal([]byte(past), &r) != nil {
		r = restart{Begun: now}
	}
	_ = os.Unsetenv(restartVariable) // not for git and other programs
	return r
}

// spent reports whether the run may not restart again.
func (r restart) spent(now time.Time) bool {
	return r.Count >= mostRestarts || now.Sub(r.Begun) > restartsFor
}

// exec replaces this program by the next one; it returns only if that fails.
func (r restart) exec() error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	past, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return syscall.Exec(program, os.Args, append(os.Environ(), restartVariable+"="+string(past)))
}
