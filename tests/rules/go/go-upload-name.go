package uploads

import (
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"
)

func upload(w http.ResponseWriter, r *http.Request) {
	_, header, err := r.FormFile("photo")
	if err != nil {
		return
	}
	// ruleid: go-upload-name
	os.Create(filepath.Join("/srv/photos", header.Filename))
	// ruleid: go-upload-name
	os.OpenFile("/srv/photos/"+header.Filename, os.O_CREATE|os.O_WRONLY, 0o600)
	// ok: go-upload-name
	os.Create("/srv/photos/" + uuid.NewString() + filepath.Ext(header.Filename))
	// ok: go-upload-name
	os.Create("/srv/photos/photo.jpg")
}

func one(header *multipart.FileHeader) {
	// ruleid: go-upload-name
	os.Create("/srv/photos/" + header.Filename)
	// ok: go-upload-name
	os.Create("/srv/photos/" + randomName(header.Filename))
}

func randomName(name string) string { return uuid.NewString() + filepath.Ext(name) }

func engine(c *gin.Context) {
	file, _ := c.FormFile("photo")
	// ruleid: go-upload-name
	c.SaveUploadedFile(file, "/srv/photos/"+file.Filename)
	// ok: go-upload-name
	c.SaveUploadedFile(file, "/srv/photos/"+uuid.NewString()+".jpg")
	// ok: go-upload-name
	os.WriteFile("/srv/photos/name.txt", []byte(file.Filename), 0o600)
}
