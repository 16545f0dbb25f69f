/** Picked files with their places below what was picked. */
import type { PickedFile } from '../../core/checkpoint/picked-files';

export function pickedFiles(files: File[]): PickedFile[] {
  return files.map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}
