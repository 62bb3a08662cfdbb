// Through its own services: 8 authors, 10 categories, 40 published articles with 5 comments each, an API token, an administrator.
const { createStrapi } = require('@strapi/strapi');

(async () => {
  const strapi = await createStrapi({ appDir: __dirname, distDir: __dirname }).load();
  const made = async (uid, data, rest = {}) => (await strapi.documents(uid).create({ data, ...rest })).documentId;
  const authors = [];
  const categories = [];
  for (let number = 0; number < 8; number++)
    authors.push(await made('api::author.author', { name: `Author ${number}`, bio: 'Writes.' }));
  for (let number = 0; number < 10; number++)
    categories.push(await made('api::category.category', { name: `Category ${number}` }));
  const articles = [];
  for (let number = 0; number < 40; number++) {
    const data = {
      title: `Article ${number}`,
      body: 'Some text. '.repeat(50),
      author: authors[number % 8],
      categories: [0, 1, 2, 3, 4, 5, 6, 7].map((step) => categories[(number + step) % 10]),
    };
    const article = await made('api::article.article', data, { status: 'published' });
    articles.push(article);
    for (let comment = 0; comment < 5; comment++)
      await made('api::comment.comment', { body: `Comment ${comment}`, article });
  }
  const token = await strapi
    .service('admin::api-token')
    .create({ name: 'foreign', type: 'full-access', lifespan: null });
  for (let number = 0; number < 6; number++)
    await strapi.service('admin::role').create({ name: `Role ${number}`, description: 'One more.' });
  const role = await strapi.service('admin::role').getSuperAdmin();
  const user = {
    firstname: 'Ada',
    email: 'ada@mail.example',
    password: 'Foreign-1',
    isActive: true,
    roles: role ? [role.id] : [],
  };
  await strapi.service('admin::user').create(user);
  await strapi.destroy();
  const response = await fetch(`${process.env.ORIGIN}/admin/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: user.email, password: user.password }),
  });
  const { data } = await response.json();
  console.log(
    JSON.stringify({ TOKEN: token.accessKey, ADMIN: data?.token ?? '', ARTICLE: articles[3], AUTHOR: authors[0] }),
  );
  process.exit(0);
})();
