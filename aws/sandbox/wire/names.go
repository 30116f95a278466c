package wire

var requestNames, answerNames, itemNames map[string]string
