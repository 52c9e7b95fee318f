// A picture that fits: what the server and the network can take goes as it is, anything else is made smaller here.

const LONGEST_SIDE = 4096;
const SIDE_WHEN_SLOW = 1920; // a number plate across the street stays legible; some 500 kB
const LARGE_WHEN_SLOW = 700 * 1024;

// The picture itself or a smaller copy; null if it cannot be made to fit.
export async function fitting(file, limit) {
  const slow = navigator.connection?.saveData || ["slow-2g", "2g", "3g"].includes(navigator.connection?.effectiveType);
  if (slow && file.size > LARGE_WHEN_SLOW) return (await forSlow(file)) ?? (file.size <= limit ? file : null);
  if (file.size <= limit) return file;
  const copy = await smaller(file, LONGEST_SIDE);
  return copy && copy.size <= limit ? copy : null;
}

// A copy that a slow network can carry; null if there is none smaller than the picture.
export async function forSlow(file) {
  const copy = await smaller(file, SIDE_WHEN_SLOW);
  return copy && copy.size < file.size ? copy : null;
}

async function smaller(file, side) {
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, side / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
  } catch {
    return null;
  }
}
