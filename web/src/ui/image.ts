/** Lets the user choose an image file. The service validates and scales it. */
const IMAGE_TYPES = 'image/png,image/jpeg,image/webp';

/** Resolves to null if the user cancels. */
export function chooseImage(near: Element): Promise<File | null> {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = IMAGE_TYPES;
  input.hidden = true;
  // Some browsers drop an input that is not in the document.
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
