package process

import (
	"encoding/json"
	"os"
	"syscall"
	"time"

	"github.com/dominoc/dominoc/schema/load"
)

// A restart has a run begin again, in the same process with its memory empty, when
// evaluations hold too much. CUE makes a text of many GiB in one step that nothing
// but the end of the program interrupts. The program that begins refuses what held
// too much, reports it, and checks all else; where several may have, it evaluates one
// after the other to know. Nothing was written or printed before, because commands
// evaluate first.
type restart struct {
	Begun   time.Time         `json:"begun"`   // the first program of the run
	Count   int               `json:"count"`   // programs before
	Refused []load.Evaluation `json:"refused"` // what held too much in them
}

// A run begins again so often and for so long, then it evaluates no more.
const (
	mostRestarts = 15
	restartsFor  = 10 * time.Second
)

// restartVariable hands a restart to the next program. What a user puts there can
// only refuse environments.
const restartVariable = "DOMINOC_RESTART"

// earlier is what the programs before one that begins at a time have left.
func earlier(now time.Time) restart {
	r := restart{Begun: now}
	if past := os.Getenv(restartVariable); past != "" && json.Unmarshal([]byte(past), &r) != nil {
		r = restart{Begun: now}
	}
	_ = os.Unsetenv(restartVariable) // git and others are not concerned
	return r
}

// spent says that the run begins no more.
func (r restart) spent(now time.Time) bool {
	return r.Count >= mostRestarts || now.Sub(r.Begun) > restartsFor
}

// exec does not return where the next program has taken the place of this one.
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
