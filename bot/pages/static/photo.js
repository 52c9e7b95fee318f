// A picture that fits: what the server takes goes as it is, a larger one is made smaller here.

const LONGEST_SIDE = 4096;

export async function fitting(file, limit) {
  if (file.size <= limit) return file;
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const smaller = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    return smaller && smaller.size <= limit ? smaller : null;
  } catch {
    return null;
  }
}
