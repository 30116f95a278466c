package lambda

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"runtime"
	"strings"
	"time"

	"github.com/google/uuid"
)

// finished is an invocation's end.
type finished struct {
	payload []byte
	failed  bool
	log     string
}

// ErrTimedOut is returned by code that would go on until its time is up, because
// something that it needs never answers: how long that takes depends on the
// sandbox's pace, and the log says what it says on AWS.
var ErrTimedOut = errors.New("task timed out")

// answer is what code returned, or the reason why it returned nothing.
type answer struct {
	payload []byte
	err     error
	crashed bool
}

// run invokes a function once in an execution environment of its own, with
// Lambda's lines around those of the code.
func (s *Service) run(ctx context.Context, f *function, event []byte) finished {
	s.mu.Lock()
	inv := Invocation{
		FunctionName: *f.config.FunctionName, FunctionARN: *f.config.FunctionArn, RoleARN: *f.config.Role,
		RequestID: uuid.NewString(), Environment: maps.Clone(f.environment), Event: event,
	}
	if v := f.config.VpcConfig; v != nil {
		inv.SubnetIDs, inv.GroupIDs = v.SubnetIds, v.SecurityGroupIds
	}
	code, timeout, memory := s.code[f.runs], time.Duration(*f.config.Timeout)*time.Second, *f.config.MemorySize
	runtime, version, stream := f.config.Runtime, *f.config.Version, s.takeStream(f)
	s.mu.Unlock()

	out := &output{write: func(line string) { s.logs.Append(logGroup(inv.FunctionName), stream, line) }}
	inv.Log = out.line
	out.line(fmt.Sprintf("START RequestId: %s Version: %s", inv.RequestID, version))
	started := s.cloud.Now()
	if code == nil {
		code = func(context.Context, Invocation) ([]byte, error) {
			return nil, &Exception{Type: "Runtime.Unavailable", Message: fmt.Sprintf(
				"the sandbox has no %s runtime: it keeps code that was uploaded but cannot run it, and runs only the published rotation function", runtime)}
		}
	}
	got, inTime := s.call(ctx, code, inv, timeout)
	took := s.cloud.Now().Sub(started)
	done, status := finished{payload: got.payload}, ""
	switch {
	case !inTime:
		text := fmt.Sprintf("%s %s Task timed out after %.2f seconds", s.cloud.Now().UTC().Format("2006-01-02T15:04:05.000Z"), inv.RequestID, timeout.Seconds())
		out.line(text + "\n")
		done, status = fail(failure{Type: "Sandbox.Timedout", Message: fmt.Sprintf("RequestId: %s Error: Task timed out after %.2f seconds", inv.RequestID, timeout.Seconds())}), "\tStatus: timeout"
		took = timeout
	case got.crashed:
		text := fmt.Sprintf("RequestId: %s Error: Runtime exited with error: exit status 1", inv.RequestID)
		out.line(text + "\nRuntime.ExitError")
		done, status = fail(failure{Type: "Runtime.ExitError", Message: text}), "\tStatus: error\tError Type: Runtime.ExitError"
	case got.err != nil:
		e := exception(got.err)
		out.line(e.report())
		done = fail(failure{Message: e.Message, Type: e.Type, RequestID: inv.RequestID, Stack: e.frames()})
	}
	ms := float64(took.Microseconds()) / 1000
	out.line("END RequestId: " + inv.RequestID)
	out.line(fmt.Sprintf("REPORT RequestId: %s\tDuration: %.2f ms\tBilled Duration: %.0f ms\tMemory Size: %d MB\tMax Memory Used: %d MB\t%s",
		inv.RequestID, ms, max(1, math.Ceil(ms)), memory, heap(), status))
	done.log = out.close()

	s.mu.Lock()
	defer s.mu.Unlock()
	if inTime && !got.crashed {
		f.idle = append(f.idle, stream)
	}
	return done
}

// call runs code until it answers or its time is up, whether or not the caller
// still waits. Code that does not heed
// its context is left behind; the cloud waits for it when it closes.
func (s *Service) call(ctx context.Context, code Code, inv Invocation, timeout time.Duration) (answer, bool) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeout)
	answered := make(chan answer, 1)
	s.cloud.Go(func(closing context.Context) {
		defer cancel()
		stop := context.AfterFunc(closing, cancel)
		defer stop()
		a := answer{crashed: true}
		defer func() {
			if p := recover(); p != nil {
				s.cloud.Log.Error("function crashed", "function", inv.FunctionName, "panic", p)
			}
			answered <- a
		}()
		payload, err := code(ctx, inv)
		a = answer{payload: payload, err: err}
	})
	<-ctx.Done()
	select {
	case a := <-answered:
		return a, !errors.Is(a.err, ErrTimedOut) && (!errors.Is(ctx.Err(), context.DeadlineExceeded) || a.err == nil)
	default:
		return answer{}, false
	}
}

// takeStream takes an idle execution environment's log stream, or starts a new
// environment. Whoever calls it holds the lock.
func (s *Service) takeStream(f *function) string {
	if n := len(f.idle); n > 0 {
		stream := f.idle[n-1]
		f.idle = f.idle[:n-1]
		return stream
	}
	return s.cloud.Now().UTC().Format("2006/01/02") + "/[" + *f.config.Version + "]" + strings.ReplaceAll(uuid.NewString(), "-", "")
}

func logGroup(function string) string { return "/aws/lambda/" + function }

// heap is how many MB of memory the sandbox's process holds live: what stands
// in for the memory of an execution environment.
func heap() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return cmp.Or(m.HeapAlloc>>20, 1)
}
