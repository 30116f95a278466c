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

// invocationResult is the result of an invocation.
type invocationResult struct {
	payload []byte
	failed  bool
	log     string
}

// ErrTimedOut is returned by code that would block until its timeout. The
// invocation then ends as if the timeout had passed, at the sandbox's pace.
var ErrTimedOut = errors.New("task timed out")

// codeResult is what code returned, or that it panicked.
type codeResult struct {
	payload []byte
	err     error
	crashed bool
}

// run invokes a function once and writes Lambda's log lines around those of the
// code.
func (s *Service) run(ctx context.Context, f *function, event []byte) invocationResult {
	s.mu.Lock()
	inv := Invocation{
		FunctionName: *f.config.FunctionName, FunctionARN: *f.config.FunctionArn, RoleARN: *f.config.Role,
		RequestID: uuid.NewString(), Environment: maps.Clone(f.environment), Event: event,
	}
	if v := f.config.VpcConfig; v != nil {
		inv.SubnetIDs, inv.GroupIDs = v.SubnetIds, v.SecurityGroupIds
	}
	code, timeout, memory := s.code[f.codeName], time.Duration(*f.config.Timeout)*time.Second, *f.config.MemorySize
	runtime, version, stream := f.config.Runtime, *f.config.Version, s.takeLogStream(f)
	s.mu.Unlock()

	out := &output{write: func(line string) { s.logs.Append(logGroup(inv.FunctionName), stream, line) }}
	inv.Log = out.writeLine
	out.writeLine(fmt.Sprintf("START RequestId: %s Version: %s", inv.RequestID, version))
	started := s.cloud.Now()
	if code == nil {
		code = func(context.Context, Invocation) ([]byte, error) {
			return nil, &Exception{Type: "Runtime.Unavailable", Message: fmt.Sprintf(
				"the sandbox has no %s runtime: it keeps code that was uploaded but cannot run it, and runs only the published rotation function", runtime)}
		}
	}
	got, inTime := s.runCode(ctx, code, inv, timeout)
	took := s.cloud.Now().Sub(started)
	done, status := invocationResult{payload: got.payload}, ""
	switch {
	case !inTime:
		text := fmt.Sprintf("%s %s Task timed out after %.2f seconds", s.cloud.Now().UTC().Format("2006-01-02T15:04:05.000Z"), inv.RequestID, timeout.Seconds())
		out.writeLine(text + "\n")
		done, status = failedResult(failure{Type: "Sandbox.Timedout", Message: fmt.Sprintf("RequestId: %s Error: Task timed out after %.2f seconds", inv.RequestID, timeout.Seconds())}), "\tStatus: timeout"
		took = timeout
	case got.crashed:
		text := fmt.Sprintf("RequestId: %s Error: Runtime exited with error: exit status 1", inv.RequestID)
		out.writeLine(text + "\nRuntime.ExitError")
		done, status = failedResult(failure{Type: "Runtime.ExitError", Message: text}), "\tStatus: error\tError Type: Runtime.ExitError"
	case got.err != nil:
		e := toException(got.err)
		out.writeLine(e.logText())
		done = failedResult(failure{Message: e.Message, Type: e.Type, RequestID: inv.RequestID, Stack: e.frames()})
	}
	ms := float64(took.Microseconds()) / 1000
	out.writeLine("END RequestId: " + inv.RequestID)
	out.writeLine(fmt.Sprintf("REPORT RequestId: %s\tDuration: %.2f ms\tBilled Duration: %.0f ms\tMemory Size: %d MB\tMax Memory Used: %d MB\t%s",
		inv.RequestID, ms, max(1, math.Ceil(ms)), memory, liveHeapMB(), status))
	done.log = out.close()

	s.mu.Lock()
	defer s.mu.Unlock()
	if inTime && !got.crashed {
		f.idle = append(f.idle, stream)
	}
	return done
}

// runCode runs code until it returns or times out, even if the caller no longer
// waits; false means that it timed out. Code that ignores its context keeps
// running; the cloud waits for it when it closes.
func (s *Service) runCode(ctx context.Context, code Code, inv Invocation, timeout time.Duration) (codeResult, bool) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeout)
	answered := make(chan codeResult, 1)
	s.cloud.Go(func(closing context.Context) {
		defer cancel()
		stop := context.AfterFunc(closing, cancel)
		defer stop()
		a := codeResult{crashed: true}
		defer func() {
			if p := recover(); p != nil {
				s.cloud.Log.Error("function crashed", "function", inv.FunctionName, "panic", p)
			}
			answered <- a
		}()
		payload, err := code(ctx, inv)
		a = codeResult{payload: payload, err: err}
	})
	<-ctx.Done()
	select {
	case a := <-answered:
		return a, !errors.Is(a.err, ErrTimedOut) && (!errors.Is(ctx.Err(), context.DeadlineExceeded) || a.err == nil)
	default:
		return codeResult{}, false
	}
}

// takeLogStream returns the log stream of an idle execution environment, or of a
// new one. The caller holds the lock.
func (s *Service) takeLogStream(f *function) string {
	if n := len(f.idle); n > 0 {
		stream := f.idle[n-1]
		f.idle = f.idle[:n-1]
		return stream
	}
	return s.cloud.Now().UTC().Format("2006/01/02") + "/[" + *f.config.Version + "]" + strings.ReplaceAll(uuid.NewString(), "-", "")
}

func logGroup(function string) string { return "/aws/lambda/" + function }

// liveHeapMB is the process's live heap in MB, which is reported as the execution
// environment's memory.
func liveHeapMB() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return cmp.Or(m.HeapAlloc>>20, 1)
}
