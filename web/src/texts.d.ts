declare module '*.bib' {
  const text: string;
  export default text;
}
