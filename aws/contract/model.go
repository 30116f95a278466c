// Package contract validates requests against AWS's own API models: the operation
// and its members exist, required members are present, and lengths, patterns,
// ranges and enumerations hold. The models are those of botocore
// (service-2.json), the library below the AWS CLI and boto3.
//
// It is for tests: Recorder is a proxy in front of an endpoint that checks what
// clients send with Models.Check.
package contract

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// ErrNoModels means that the models are not on this machine.
var ErrNoModels = errors.New("botocore's API models are not installed (Debian: python3-botocore)")

// model is one service's API.
type model struct {
	Metadata struct {
		Protocol string `json:"protocol"`
	} `json:"metadata"`
	Operations map[string]operation `json:"operations"`
	Shapes     map[string]shape     `json:"shapes"`
}

type operation struct {
	HTTP struct {
		Method     string `json:"method"`
		RequestURI string `json:"requestUri"`
	} `json:"http"`
	Input *shapeRef `json:"input"`
}

// shapeRef is a use of a shape, with its name on the wire there.
type shapeRef struct {
	Shape        string `json:"shape"`
	Location     string `json:"location"` // "uri", "querystring", "header"; "" for the body
	LocationName string `json:"locationName"`
	QueryName    string `json:"queryName"`
	Flattened    bool   `json:"flattened"`
}

type shape struct {
	Type      string              `json:"type"`
	Members   map[string]shapeRef `json:"members"`
	Member    shapeRef            `json:"member"`
	Key       shapeRef            `json:"key"`
	Value     shapeRef            `json:"value"`
	Required  []string            `json:"required"`
	Min       *float64            `json:"min"`
	Max       *float64            `json:"max"`
	Pattern   string              `json:"pattern"`
	Enum      []string            `json:"enum"`
	Flattened bool                `json:"flattened"`
	Payload   string              `json:"payload"`
	Box       bool                `json:"box"`
}

// Models are the API models of one botocore. A service's model is loaded at its
// first request.
type Models struct {
	dir string

	mu     sync.Mutex
	loaded map[string]*model
}

// botocorePaths are where Debian and pip put botocore.
var botocorePaths = []string{
	"/usr/lib/python3/dist-packages/botocore/data",
	"/usr/local/lib/python3*/dist-packages/botocore/data",
	"/usr/local/lib/python3*/site-packages/botocore/data",
}

// Find returns the models on this machine, or ErrNoModels. BOTOCORE_DATA names
// another folder.
func Find() (*Models, error) {
	for _, place := range append([]string{os.Getenv("BOTOCORE_DATA")}, botocorePaths...) {
		found, err := filepath.Glob(filepath.Join(place, "secretsmanager"))
		if place != "" && err == nil && len(found) > 0 {
			return &Models{dir: filepath.Dir(found[0]), loaded: map[string]*model{}}, nil
		}
	}
	return nil, ErrNoModels
}

// load returns the newest model of a service, by its name in signatures.
func (m *Models) load(name string) (*model, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if known := m.loaded[name]; known != nil {
		return known, nil
	}
	files, err := filepath.Glob(filepath.Join(m.dir, filepath.Base(name), "*", "service-2.json*"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("there is no service %q in AWS's models", name)
	}
	slices.Sort(files) // by the API's date
	read, err := readModel(files[len(files)-1])
	if err != nil {
		return nil, err
	}
	m.loaded[name] = read
	return read, nil
}

func readModel(path string) (*model, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read an API model: %w", err)
	}
	defer func() { _ = f.Close() }()
	var text io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if text, err = gzip.NewReader(f); err != nil {
			return nil, fmt.Errorf("read an API model: %w", err)
		}
	}
	read := &model{}
	if err := json.NewDecoder(text).Decode(read); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return read, nil
}
