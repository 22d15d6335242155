export async function fillExamNotes(_docs: string): Promise<string[]> {
  return [];
}
