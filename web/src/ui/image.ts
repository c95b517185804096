/** Choosing a picture. What comes back is sent as it is: the service checks it and makes it small. */
const IMAGE_TYPES = 'image/png,image/jpeg,image/webp';

/** `null` when none was chosen. */
export function chooseImage(near: Element): Promise<File | null> {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = IMAGE_TYPES;
  input.hidden = true;
  // In the page, as some browsers forget an input that is not.
  near.append(input);
  return new Promise((resolve) => {
    const done = () => {
      input.remove();
      resolve(input.files?.[0] ?? null);
    };
    input.addEventListener('change', done);
    input.addEventListener('cancel', done);
    input.click();
  });
}
