// Package function runs Compositions in the real function-patch-and-transform.
//
// Start builds the function from its module, pinned in a module of its own
// below this folder, and starts it as a process that listens on a socket in a
// temporary folder. Run calls it as Crossplane does: with the steps of a Composition's
// pipeline, one after the other, with the composite resource and the existing composed
// resources. It omits what Crossplane then does with the answer (namespaces, owners,
// applying).
package function

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	fn "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/dominoc/dominoc/tests/gomodule"
)

// Name is the name of the function, as in functionRef.name of a step.
const Name = "function-patch-and-transform"

// patience is the time that the function may take to start or to answer. It takes
// milliseconds, unless it hangs.
const patience = 30 * time.Second

// leashed runs a program until standard input ends. It also ends when the test is killed
// before it calls Stop.
const leashed = `"$0" "$@" </dev/null & read -r _; kill $!`

// Function is a running function.
type Function struct {
	process *exec.Cmd
	leash   io.Closer
	folder  string
	conn    *grpc.ClientConn
}

// Object is a Kubernetes object as JSON has it.
type Object = map[string]any

// Start builds the function, which takes minutes the first time on a machine, and starts it.
// The caller stops it.
func Start() (*Function, error) {
	program, err := gomodule.Tool("tests/function/patchandtransform", Name)
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "function")
	if err != nil {
		return nil, err
	}
	f := &Function{folder: folder}
	if err := f.start(program); err != nil {
		return nil, errors.Join(err, f.Stop())
	}
	return f, nil
}

func (f *Function) start(program string) error {
	log, err := os.Create(f.logFile())
	if err != nil {
		return err
	}
	defer log.Close() // the process has its own
	socket := filepath.Join(f.folder, "socket")
	f.process = exec.Command("sh", "-c", leashed, program, "--insecure", "--network", "unix", "--address", socket)
	f.process.Stdout, f.process.Stderr = log, log
	if f.leash, err = f.process.StdinPipe(); err != nil {
		return err
	}
	if err := f.process.Start(); err != nil {
		return err
	}
	conn, err := grpc.NewClient("unix:"+socket, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.WaitForReady(true)))
	f.conn = conn
	return err
}

func (f *Function) logFile() string {
	return filepath.Join(f.folder, "log")
}

// Stop ends the function and waits for its end.
func (f *Function) Stop() error {
	var errs []error
	if f.conn != nil {
		errs = append(errs, f.conn.Close())
	}
	if f.leash != nil {
		errs = append(errs, f.leash.Close(), f.process.Wait())
	}
	return errors.Join(append(errs, os.RemoveAll(f.folder))...)
}

// Result is the desired state of a pipeline.
type Result struct {
	// Resources are the composed resources by their key; those whose required
	// patches had no value yet are missing, as they are in a cluster.
	Resources map[string]Resource

	// Status is the status that the pipeline gives the composite.
	Status Object

	// Messages are the warnings and other messages of the function.
	Messages []string
}

// Resource is a composed resource.
type Resource struct {
	Object Object
	Ready  bool // by its readiness checks
}

// Run runs a Composition's pipeline for a composite resource; observed are the
// composed resources that exist, by key. It is an error when a step asks for
// another function, or ends fatally.
func (f *Function) Run(ctx context.Context, composition, composite Object, observed map[string]Object) (*Result, error) {
	steps, err := pipeline(composition)
	if err != nil {
		return nil, err
	}
	request := &fn.RunFunctionRequest{Desired: &fn.State{}}
	if request.Observed, err = state(composite, observed); err != nil {
		return nil, err
	}
	result := &Result{}
	for _, s := range steps {
		if err := f.step(ctx, s, request, result); err != nil {
			return nil, fmt.Errorf("step %q: %w", s.Step, err)
		}
	}
	result.take(request.Desired)
	return result, nil
}

// step runs one step and stores its desired state in the request, for the next step.
func (f *Function) step(ctx context.Context, s step, request *fn.RunFunctionRequest, result *Result) (err error) {
	if s.FunctionRef.Name != Name {
		return fmt.Errorf("function %q is not %q", s.FunctionRef.Name, Name)
	}
	if request.Input, err = toStruct(s.Input); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	response, err := fn.NewFunctionRunnerServiceClient(f.conn).RunFunction(ctx, request)
	if err != nil {
		log, _ := os.ReadFile(f.logFile())
		return fmt.Errorf("%w\n%s", err, log)
	}
	request.Desired, request.Context = response.GetDesired(), response.GetContext()
	return result.hear(response.GetResults())
}

func (r *Result) hear(results []*fn.Result) error {
	for _, said := range results {
		if said.GetSeverity() == fn.Severity_SEVERITY_FATAL {
			return errors.New(said.GetMessage())
		}
		r.Messages = append(r.Messages, said.GetMessage())
	}
	return nil
}

func (r *Result) take(desired *fn.State) {
	r.Status, _ = desired.GetComposite().GetResource().AsMap()["status"].(Object)
	r.Resources = map[string]Resource{}
	for key, resource := range desired.GetResources() {
		r.Resources[key] = Resource{
			Object: resource.GetResource().AsMap(),
			Ready:  resource.GetReady() == fn.Ready_READY_TRUE,
		}
	}
}

// step is a step of a pipeline.
type step struct {
	Step        string                `json:"step"`
	FunctionRef struct{ Name string } `json:"functionRef"`
	Input       Object                `json:"input"`
}

func pipeline(composition Object) ([]step, error) {
	data, err := json.Marshal(composition)
	if err != nil {
		return nil, err
	}
	c := struct {
		Spec struct {
			Pipeline []step `json:"pipeline"`
		} `json:"spec"`
	}{}
	if err := json.Unmarshal(data, &c); err != nil {
		return nil, err
	}
	if len(c.Spec.Pipeline) == 0 {
		return nil, errors.New("the Composition has no pipeline")
	}
	return c.Spec.Pipeline, nil
}

func state(composite Object, observed map[string]Object) (*fn.State, error) {
	xr, err := toStruct(composite)
	if err != nil {
		return nil, err
	}
	s := &fn.State{Composite: &fn.Resource{Resource: xr}, Resources: map[string]*fn.Resource{}}
	for key, object := range observed {
		content, err := toStruct(object)
		if err != nil {
			return nil, err
		}
		s.Resources[key] = &fn.Resource{Resource: content}
	}
	return s, nil
}

func toStruct(object Object) (*structpb.Struct, error) {
	data, err := json.Marshal(object)
	if err != nil {
		return nil, err
	}
	s := &structpb.Struct{}
	return s, s.UnmarshalJSON(data)
}
