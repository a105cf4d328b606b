// The colours of signed numbers in pictures, red, green and blue: those of page.ts, between the hues of its light and its dark scheme, for
// pixels cannot know which one is used. The nearer to zero the more transparent, so that zero has the colour of the page.

export const NEGATIVE = [0x1c, 0x86, 0xc8] as const;
export const POSITIVE = [0xe0, 0x64, 0x1a] as const;
