/** A Bootstrap icon as text: `import plus from 'icon:plus-lg'`. */
declare module 'icon:*' {
  const svg: string;
  export default svg;
}
